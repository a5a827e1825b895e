import ArgumentParser
import LoadTest

/// `phoenix-loadtest get`: one address again and again.
struct GetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get", abstract: "Requests one address again and again, as hey or oha.")

  @Argument(help: "An http:// address.", transform: { try TargetURL($0) })
  var url: TargetURL

  @Option(name: [.customShort("c"), .customLong("clients")], help: "Closed loop: clients at once.")
  var clients: Int?

  @Option(help: "Open loop: requests a second, evenly spaced.")
  var rate: RateArgument?

  @Option(name: [.customShort("d"), .customLong("duration")], help: "How long.")
  var duration = DurationArgument(duration: .seconds(5))

  @Option(name: [.customShort("H"), .customLong("header")], help: "A header, \"Name: value\".")
  var headers: [String] = []

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard clients == nil || rate == nil else {
      throw ValidationError("-c is a closed loop and --rate an open one: give one of them")
    }
    if let clients, !(1...20_000).contains(clients) {
      throw ValidationError("-c takes 1 to 20000")
    }
    _ = try headers.map(Self.field)
  }

  func run() async throws {
    let arrival: Scenario.Arrival =
      rate.map { .open(rate: $0.perSecond, process: .constant) } ?? .closed(clients: clients ?? 32)
    var plan = Scenario.get(url, arrival: arrival, duration: duration.duration)
    plan.headers = try headers.map(Self.field)
    plan.eventLoops = common.threads
    try await Session(
      scenario: plan, out: common.out, isQuiet: common.quiet
    ).run()
  }

  private static func field(_ text: String) throws -> (name: String, value: String) {
    guard let colon = text.firstIndex(of: ":"), colon > text.startIndex,
      !text.contains(where: \.isNewline)
    else { throw ValidationError("\"\(text)\" is no header such as \"Accept: text/html\"") }
    return (
      String(text[..<colon]),
      String(text[text.index(after: colon)...].drop { $0 == " " })
    )
  }
}
