// java -cp "JARS/*" His.java ADDRESS VISIT.JSON — kafka-clients and jackson-databind; each record once the one
// before is answered.
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

public class His {
  static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] args) throws Exception {
    JsonNode records = JSON.readTree(new File(args[1]));
    String node = records.get(0).at("/headers/ce_source").asText();
    var producer = new KafkaProducer<>(
        Map.of("bootstrap.servers", args[0], "acks", "all"), new StringSerializer(), new ByteArraySerializer());
    var consumer = new KafkaConsumer<>(
        Map.of("bootstrap.servers", args[0], "group.id", node + "-his-java", "auto.offset.reset", "earliest"),
        new StringDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(List.of("reply." + node));
    String position = "";
    for (JsonNode record : records) {
      byte[] body = JSON.writeValueAsBytes(record.get("body"));
      var sent = new ProducerRecord<>(record.get("topic").asText(), record.get("key").asText(), body);
      record.get("headers").properties().forEach(h -> sent.headers().add(h.getKey(), h.getValue().asText().getBytes()));
      if (!record.get("after").isNull() && !position.isEmpty()) sent.headers().add("ce_after", position.getBytes());
      producer.send(sent).get();
      position = answer(consumer, record, position);
    }
    consumer.close();
    producer.close();
  }

  static String answer(KafkaConsumer<String, byte[]> consumer, JsonNode asked, String position) throws Exception {
    while (true) {
      for (var record : consumer.poll(Duration.ofSeconds(1))) {
        // A notice that the request led to has its ce_causationid too, and may come first.
        if (!header(record.headers(), "ce_type").equals("yidi.Answer.v1")) continue;
        if (!header(record.headers(), "ce_causationid").equals(asked.at("/headers/ce_id").asText())) continue;
        JsonNode answer = JSON.readTree(record.value());
        String type = asked.at("/headers/ce_type").asText();
        if (!answer.get("outcome").asText().equals("accepted"))
          throw new Exception(type + ": " + answer.get("code").asText() + " " + answer.get("where").asText());
        System.out.println(type + " " + answer.at("/result/result").asText());
        String reached = header(record.headers(), "ce_position");
        return reached.isEmpty() ? position : reached;
      }
    }
  }

  static String header(Headers headers, String name) {
    var found = headers.lastHeader(name);
    return found == null ? "" : new String(found.value());
  }
}
