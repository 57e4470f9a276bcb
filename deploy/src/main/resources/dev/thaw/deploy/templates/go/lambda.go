package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"
	"strconv"
	"strings"
)

const base = "/2018-06-01/runtime/"

// runtimeAPI is a client of the AWS Lambda Runtime API: one connection, HTTP/1.1 by hand, nothing beyond the standard library. A
// program that uses github.com/aws/aws-lambda-go instead needs none of this file.
type runtimeAPI struct {
	connection net.Conn
	reader     *bufio.Reader
	request    bytes.Buffer
}

// lambdaStart answers events with what handle returns, for ever.
func lambdaStart(handle func(requestID string, payload []byte) (any, error)) {
	connection, err := net.Dial("tcp", os.Getenv("AWS_LAMBDA_RUNTIME_API"))
	if err != nil {
		fail(fmt.Errorf("AWS_LAMBDA_RUNTIME_API is to name the Runtime API: %w", err))
	}
	api := &runtimeAPI{connection: connection, reader: bufio.NewReaderSize(connection, 16<<10)}
	api.get("invocation/next")
	api.send()
	for {
		headers, payload := api.receive(200)
		id := headers.Get("Lambda-Runtime-Aws-Request-Id")
		kind := "response"
		result, err := handle(id, payload)
		var body []byte
		if err == nil {
			body, err = json.Marshal(result)
		}
		if err != nil {
			kind = "error"
			body, _ = json.Marshal(map[string]string{"errorType": fmt.Sprintf("%T", err), "errorMessage": err.Error()})
		}
		// The response and the request for the next event leave together: a system call leaves the VM.
		api.post("invocation/"+id+"/"+kind, body)
		api.get("invocation/next")
		api.send()
		api.receive(202)
	}
}

func (api *runtimeAPI) get(path string) {
	fmt.Fprintf(&api.request, "GET %s%s HTTP/1.1\r\nHost: runtime\r\n\r\n", base, path)
}

func (api *runtimeAPI) post(path string, body []byte) {
	fmt.Fprintf(&api.request, "POST %s%s HTTP/1.1\r\nHost: runtime\r\nContent-Length: %d\r\n\r\n", base, path, len(body))
	api.request.Write(body)
}

func (api *runtimeAPI) send() {
	if _, err := api.connection.Write(api.request.Bytes()); err != nil {
		fail(err)
	}
	api.request.Reset()
}

func (api *runtimeAPI) receive(status int) (textproto.MIMEHeader, []byte) {
	text := textproto.NewReader(api.reader)
	line, err := text.ReadLine()
	if err != nil {
		fail(err)
	}
	headers, err := text.ReadMIMEHeader()
	if err != nil {
		fail(err)
	}
	length, err := strconv.Atoi(headers.Get("Content-Length"))
	if err != nil {
		fail(err)
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(api.reader, body); err != nil {
		fail(err)
	}
	if !strings.HasPrefix(line, "HTTP/1.1 "+strconv.Itoa(status)) {
		fail(fmt.Errorf("the Runtime API answered %s: %s", line, body))
	}
	return headers, body
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
