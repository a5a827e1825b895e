import ArgumentParser
import LoadTest

/// Options that both commands take.
struct CommonOptions: ParsableArguments {
  @Option(help: "Folder for summary.json; made where missing.")
  var out: String?

  @Option(help: "Event loops to send from; one carries tens of thousands of requests a second.")
  var threads = 1

  @Option(
    help: "The lag p99 of the tester's own event loop above which the run is invalid (20ms).")
  var lagMax: DurationArgument?

  @Flag(help: "Print nothing but what failed.")
  var quiet = false

  func validate() throws {
    guard (1...64).contains(threads) else { throw ValidationError("--threads takes 1 to 64") }
  }
}

/// A duration on the command line: `500ms`, `30s`, `5m`.
struct DurationArgument: ExpressibleByArgument {
  let duration: Duration

  init(duration: Duration) { self.duration = duration }

  init?(argument: String) {
    guard let duration = Quantity.duration(argument), duration > .zero else { return nil }
    self.duration = duration
  }

  var defaultValueDescription: String { "\(duration)" }
}

/// A rate on the command line, in requests a second.
struct RateArgument: ExpressibleByArgument {
  let perSecond: Double

  init?(argument: String) {
    guard let rate = Quantity.number(argument), rate > 0, rate <= 1_000_000 else { return nil }
    perSecond = rate
  }
}
