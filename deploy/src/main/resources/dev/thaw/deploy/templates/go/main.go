// A function in Go. What main does before lambdaStart runs once, at deploy, and is part of the snapshot; handle runs for every
// request, in a VM that begins as it was when lambdaStart first asked for an event.
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

const greeting = "Hello"

// An HTTP request comes as the event of an AWS Lambda function URL.
type event struct {
	Name  string            `json:"name"`
	Query map[string]string `json:"queryStringParameters"`
}

type answer struct {
	Message   string `json:"message"`
	RequestID string `json:"request_id"`
}

func handle(requestID string, payload []byte) (any, error) {
	var asked event
	if err := json.Unmarshal(payload, &asked); err != nil {
		return nil, fmt.Errorf("the event is not what this function takes: %w", err)
	}
	name := asked.Name
	if name == "" {
		name = asked.Query["name"]
	}
	if name == "" {
		name = "world"
	}
	fmt.Fprintln(os.Stderr, "greeting", name)
	return answer{Message: greeting + ", " + name + "!", RequestID: requestID}, nil
}

func main() {
	lambdaStart(handle)
}
