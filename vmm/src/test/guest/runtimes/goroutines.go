// Ten thousand goroutines pass tokens around over channels, with garbage and timers, until a line of input comes.
package main

import (
	"bufio"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	const n = 10000
	channels := make([]chan []byte, n)
	for i := range channels {
		channels[i] = make(chan []byte, 1)
	}
	var passed, wrong int64
	stop := make(chan struct{})
	var all sync.WaitGroup
	for i := 0; i < n; i++ {
		all.Add(1)
		go func(i int) {
			defer all.Done()
			for {
				select {
				case token := <-channels[i]:
					if len(token) != 100 || token[0] != token[99] {
						atomic.AddInt64(&wrong, 1)
					}
					next := make([]byte, 100)
					next[0], next[99] = token[0]+1, token[0]+1
					atomic.AddInt64(&passed, 1)
					select {
					case channels[(i+1)%n] <- next:
					case <-stop:
						return
					}
				case <-stop:
					return
				}
			}
		}(i)
	}
	for i := 0; i < 200; i++ {
		channels[i*50] <- make([]byte, 100)
	}
	go func() {
		for range time.Tick(time.Millisecond) {
			atomic.AddInt64(&passed, 0)
		}
	}()
	bufio.NewReader(os.Stdin).ReadString('\n')
	then := atomic.LoadInt64(&passed)
	for atomic.LoadInt64(&passed) < then+10000 {
		time.Sleep(time.Millisecond)
	}
	close(stop)
	all.Wait()
	fmt.Printf("wrong %d, ended %d\n", wrong, n)
}
