// go run his.go ADDRESS VISIT.JSON — sends a visit record by record, each once the one before is answered.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"

	"github.com/twmb/franz-go/pkg/kgo"
)

type record struct {
	Topic   string            `json:"topic"`
	Key     string            `json:"key"`
	Headers map[string]string `json:"headers"`
	Body    json.RawMessage   `json:"body"`
	After   *string           `json:"after"`
}

type answer struct {
	Outcome, Code, Where string
	Result               struct{ Result string }
}

func main() {
	text, err := os.ReadFile(os.Args[2])
	check(err)
	var records []record
	check(json.Unmarshal(text, &records))
	node := records[0].Headers["ce_source"]
	client, err := kgo.NewClient(
		kgo.SeedBrokers(os.Args[1]),
		kgo.ConsumeTopics("reply."+node),
		kgo.ConsumerGroup(node+"-his-go"),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
	)
	check(err)
	defer client.Close()
	position := ""
	for _, asked := range records {
		sent := &kgo.Record{Topic: asked.Topic, Key: []byte(asked.Key), Value: asked.Body}
		for name, value := range asked.Headers {
			sent.Headers = append(sent.Headers, kgo.RecordHeader{Key: name, Value: []byte(value)})
		}
		if asked.After != nil && position != "" {
			sent.Headers = append(sent.Headers, kgo.RecordHeader{Key: "ce_after", Value: []byte(position)})
		}
		check(client.ProduceSync(context.Background(), sent).FirstErr())
		told, reached := await(client, asked.Headers["ce_id"])
		if told.Outcome != "accepted" {
			log.Fatalf("%s: %s %s", asked.Headers["ce_type"], told.Code, told.Where)
		}
		fmt.Println(asked.Headers["ce_type"], told.Result.Result)
		if reached != "" {
			position = reached
		}
	}
}

func await(client *kgo.Client, id string) (told answer, position string) {
	for {
		for _, one := range client.PollFetches(context.Background()).Records() {
			headers := map[string]string{}
			for _, header := range one.Headers {
				headers[header.Key] = string(header.Value)
			}
			// A notice that the request led to has its ce_causationid too, and may come first.
			if headers["ce_type"] == "yidi.Answer.v1" && headers["ce_causationid"] == id {
				check(json.Unmarshal(one.Value, &told))
				return told, headers["ce_position"]
			}
		}
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
