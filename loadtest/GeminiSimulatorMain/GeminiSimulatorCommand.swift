import ArgumentParser
import Dispatch
import GeminiSimulator
import Glibc

/// `gemini-simulator`: a stand-in for the Gemini API.
@main
struct GeminiSimulatorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gemini-simulator",
    abstract: "A stand-in for the Gemini API: answers, latencies, faults on demand, exact counts.",
    discussion: """
      The side port tells and takes: GET /counts, GET /calls, POST /reset, GET, POST and DELETE \
      /faults, GET and PUT /latency. docs/gemini.md has all of it.
      """)

  @Option(help: "Address to listen on.")
  var host = "127.0.0.1"

  @Option(help: "Port of the API.")
  var port = 8090

  @Option(help: "Side port: counts and faults.")
  var sidePort = 8091

  @Option(help: "A key that is good; may be given several times. Without: all but `invalid…`.")
  var key: [String] = []

  @Option(help: "Median of the latency, in milliseconds; 0 answers at once.")
  var latencyMedian = 800

  @Option(help: "Standard deviation of the latency's logarithm.")
  var latencySigma = 0.6

  @Option(help: "Longest latency, in milliseconds.")
  var latencyMax = 20_000

  @Option(help: "Seed of latencies and chances.")
  var seed: UInt64 = 1

  @Option(help: "Write bodies in pieces of so many bytes; 0 writes events whole.")
  var splitBytes = 0

  @Option(help: "Tokens that an instruction needs to be cached.")
  var cachedPrefixMin = 256

  @Flag(help: "Tell and count the tokens of vectors.")
  var embeddingUsage = false

  func validate() throws {
    guard (0...65_535).contains(port), (0...65_535).contains(sidePort) else {
      throw ValidationError("a port is a number from 0 to 65535")
    }
    guard latencyMedian >= 0, latencyMax >= 0, (0...5).contains(latencySigma), splitBytes >= 0,
      cachedPrefixMin >= 0
    else {
      throw ValidationError("times, sizes and deviations are not negative; sigma is at most 5")
    }
  }

  func run() async throws {
    signal(SIGPIPE, SIG_IGN)
    let simulator = try await GeminiSimulator.start(
      SimulatorSettings(
        host: host, port: port, sidePort: sidePort, keys: Set(key), splitBytes: splitBytes,
        cachedPrefixTokensMin: cachedPrefixMin, tellsEmbeddingUsage: embeddingUsage, seed: seed,
        latency: LatencyModel.Shape(
          median: .milliseconds(latencyMedian), sigma: latencySigma,
          max: .milliseconds(latencyMax))))
    let line =
      "gemini-simulator: API on \(host):\(simulator.port), counts on \(simulator.sidePort)\n"
    _ = line.utf8.withContiguousStorageIfAvailable { write(2, $0.baseAddress, $0.count) }
    await Self.waitForSignal()
    await simulator.stop()
  }

  /// Until SIGTERM or SIGINT.
  private static func waitForSignal() async {
    let signals = AsyncStream<Void>.makeStream()
    let sources = [SIGTERM, SIGINT].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler { signals.continuation.yield() }
      source.resume()
      return source
    }
    for await _ in signals.stream { break }
    for source in sources { source.cancel() }
  }
}
