// The least that can be called an HTTP server: it answers every blank line with the same bytes.
// Cheaper to ask than any real server, so that a benchmark against it is limited by the generator.
package main

import (
	"bytes"
	"log"
	"net"
	"os"
)

var answer = []byte("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!")

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		log.Fatal(err)
	}
	for {
		connection, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go serve(connection)
	}
}

func serve(connection net.Conn) {
	defer connection.Close()
	request := make([]byte, 4096)
	held := 0
	for {
		n, err := connection.Read(request[held:])
		if err != nil {
			return
		}
		held += n
		if !bytes.HasSuffix(request[:held], []byte("\r\n\r\n")) {
			if held == len(request) {
				return
			}
			continue
		}
		held = 0
		if _, err := connection.Write(answer); err != nil {
			return
		}
	}
}
