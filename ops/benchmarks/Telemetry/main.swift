import Glibc
import Prometheus
import Synchronization
import Telemetry

// Prints what telemetry costs: nanoseconds of CPU time for one observation by one thread and by
// two on the same series, for one increment, and milliseconds for 10,000 counter series rendered.
// Then all that one chat hit tells, its log line (written to /dev/null) included, in nanoseconds.
// One `name value` a line; the smallest of a few rounds, since others only add time.

func nanoseconds(_ clock: clockid_t) -> UInt64 {
  var time = timespec()
  clock_gettime(clock, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// CPU nanoseconds of each call, with `threads` threads calling at once.
func cost(threads: Int, calls: Int = 2_000_000, _ body: @escaping @Sendable (Int) -> Void) -> Double
{
  final class Job: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
  var best = Double.infinity
  for _ in 0..<5 {
    let before = nanoseconds(CLOCK_PROCESS_CPUTIME_ID)
    var handles: [pthread_t] = []
    for _ in 0..<threads {
      var handle = pthread_t()
      let job = Job { for number in 0..<calls { body(number) } }
      let code = pthread_create(
        &handle, nil,
        { context in
          context.map { Unmanaged<Job>.fromOpaque($0).takeRetainedValue().run() }
          return nil
        }, Unmanaged.passRetained(job).toOpaque())
      if code == 0 { handles.append(handle) }
    }
    for handle in handles { pthread_join(handle, nil) }
    let spent = nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - before
    best = min(best, Double(spent) / Double(calls * threads))
  }
  return best
}

/// CPU nanoseconds of this thread alone for each call, while another thread does `meanwhile`.
func costBeside(
  calls: Int = 4_000_000, _ meanwhile: @escaping @Sendable () -> Void,
  _ body: @escaping @Sendable (Int) -> Void
) -> Double {
  final class Job: Sendable {
    let ends = Atomic<Bool>(false)
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
  let job = Job(meanwhile)
  var handle = pthread_t()
  let code = pthread_create(
    &handle, nil,
    { context in
      guard let context else { return nil }
      let job = Unmanaged<Job>.fromOpaque(context).takeRetainedValue()
      while !job.ends.load(ordering: .relaxed) { job.run() }
      return nil
    }, Unmanaged.passRetained(job).toOpaque())
  let before = nanoseconds(CLOCK_THREAD_CPUTIME_ID)
  for number in 0..<calls { body(number) }
  let spent = nanoseconds(CLOCK_THREAD_CPUTIME_ID) - before
  job.ends.store(true, ordering: .relaxed)
  if code == 0 { pthread_join(handle, nil) }
  return Double(spent) / Double(calls)
}

let nowhere = open("/dev/null", O_WRONLY)
let arguments = CommandLine.arguments.dropFirst()
if arguments.first == "serve" {
  let ports = arguments.dropFirst().compactMap { Int($0) }
  guard ports.count == 2 else {
    print("telemetry-bench [serve PORT ADMIN-PORT]")
    exit(2)
  }
  try await ScrapeServer.run(
    port: ports[0], adminPort: ports[1], nowhere: nowhere, clock: nanoseconds(CLOCK_MONOTONIC))
  exit(0)
}

let registry = MetricsRegistry()
let histogram = try registry.histogram(
  "bench_seconds", help: "A duration.",
  edges: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  hasWindow: true
).child()
let counters = try registry.counter(
  "bench_requests_total", help: "Requests.",
  labels: [MetricLabel("route", valuesMax: 501), MetricLabel("status", valuesMax: 30)],
  seriesMax: 10_001)
let counter = counters.child("/", "200")
let start = nanoseconds(CLOCK_MONOTONIC)

func line(_ name: String, _ value: Double) { print(name, (value * 10).rounded() / 10) }

line("observe_1_thread_ns", cost(threads: 1) { histogram.observe($0 & 0xfffff, now: start) })
line("observe_2_threads_ns", cost(threads: 2) { histogram.observe($0 & 0xfffff, now: start) })
line("increment_1_thread_ns", cost(threads: 1) { _ in counter.increment() })
line("increment_2_threads_ns", cost(threads: 2) { _ in counter.increment() })

for number in 0..<10_000 {
  counters.child("/route/\(number % 500)", "\(200 + number / 500)").increment()
}
line(
  "observe_while_scraped_ns",
  costBeside({ _ = registry.render(.text, now: start) }) {
    histogram.observe($0 & 0xfffff, now: start)
  })
var best = Double.infinity
var bytes = 0
for _ in 0..<10 {
  let before = nanoseconds(CLOCK_PROCESS_CPUTIME_ID)
  bytes = registry.render(.text, now: start).count
  best = min(best, Double(nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - before) / 1e6)
}
line("render_10000_series_ms", best)
line("render_bytes", Double(bytes))

let telemetry = try GatewayTelemetry(
  TelemetrySettings(
    version: "bench", routes: [TelemetryRoute("POST", "/api/chat/message")],
    models: ["extractive"], workers: ["http://127.0.0.1:8000"], outputDescriptor: nowhere))
line(
  "chat_hit_1_thread_ns", cost(threads: 1, calls: 50_000) { _ in tellChatHit(telemetry, start) })
line(
  "chat_hit_2_threads_ns", cost(threads: 2, calls: 50_000) { _ in tellChatHit(telemetry, start) })
