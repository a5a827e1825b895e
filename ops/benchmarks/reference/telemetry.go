// What Go's client_golang takes for the same as telemetry-bench: one `name value` a line.
package main

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"sync"
	"syscall"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
)

// CPU time of the process in nanoseconds.
func spent() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return float64(usage.Utime.Nano() + usage.Stime.Nano())
}

func cost(threads int, body func(int)) float64 {
	const calls = 2000000
	best := math.Inf(1)
	for round := 0; round < 5; round++ {
		before := spent()
		var group sync.WaitGroup
		for thread := 0; thread < threads; thread++ {
			group.Add(1)
			go func() {
				defer group.Done()
				for number := 0; number < calls; number++ {
					body(number)
				}
			}()
		}
		group.Wait()
		best = math.Min(best, (spent()-before)/float64(calls*threads))
	}
	return best
}

func main() {
	registry := prometheus.NewRegistry()
	histogram := prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "bench_seconds", Help: "A duration.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	})
	counters := prometheus.NewCounterVec(
		prometheus.CounterOpts{Name: "bench_requests_total", Help: "Requests."},
		[]string{"route", "status"})
	registry.MustRegister(histogram, counters)
	counter := counters.WithLabelValues("/", "200")
	observe := func(number int) { histogram.Observe(float64(number&0xfffff) / 1e9) }
	increment := func(int) { counter.Inc() }
	fmt.Printf("observe_1_thread_ns %.1f\n", cost(1, observe))
	fmt.Printf("observe_2_threads_ns %.1f\n", cost(2, observe))
	fmt.Printf("increment_1_thread_ns %.1f\n", cost(1, increment))
	fmt.Printf("increment_2_threads_ns %.1f\n", cost(2, increment))
	for number := 0; number < 10000; number++ {
		counters.WithLabelValues(
			"/route/"+strconv.Itoa(number%500), strconv.Itoa(200+number/500)).Inc()
	}
	best, size := math.Inf(1), 0
	for round := 0; round < 10; round++ {
		before := spent()
		families, err := registry.Gather()
		if err != nil {
			panic(err)
		}
		var out bytes.Buffer
		encoder := expfmt.NewEncoder(&out, expfmt.FmtText)
		for _, family := range families {
			if err := encoder.Encode(family); err != nil {
				panic(err)
			}
		}
		best, size = math.Min(best, (spent()-before)/1e6), out.Len()
	}
	fmt.Printf("render_10000_series_ms %.1f\nrender_bytes %d\n", best, size)
}
