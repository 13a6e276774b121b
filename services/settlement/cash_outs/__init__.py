"""Cash-outs (个人账户划转): who lives elsewhere for long gets the money of the personal account paid out."""
