import ArgumentParser
import LoadTest

/// `phoenix-loadtest run`: a scenario from its file.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs a scenario file.")

  @Argument(help: "The scenario, a YAML file.")
  var scenario: String

  @Option(
    help: "Where to send instead of the scenario's base.", transform: { try TargetURL($0) })
  var base: TargetURL?

  @Option(
    help: "The server's admin address; its metrics are compared with what was seen.",
    transform: { try TargetURL($0) })
  var admin: TargetURL?

  @Option(help: "Requests a second instead of the scenario's.")
  var rate: RateArgument?

  @Option(help: "How long to measure instead of the scenario's.")
  var duration: DurationArgument?

  @Option(help: "How many users sign up instead of the scenario's.")
  var users: Int?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let users, !(1...60_000).contains(users) {
      throw ValidationError("--users takes 1 to 60000")
    }
  }

  func run() async throws {
    var plan: Scenario
    do { plan = try ScenarioReader.read(file: scenario) } catch {
      let text = error is ScenarioError ? "\(error)" : "\(scenario): cannot be read"
      Terminal.write(text + "\n", to: .error)
      throw ArgumentParser.ExitCode(LoadTest.ExitCode.badScenario.rawValue)
    }
    if let base { plan.base = base }
    if let rate {
      var process = ArrivalProcess.poisson
      if case .open(_, let given) = plan.arrival { process = given }
      plan.arrival = .open(rate: rate.perSecond, process: process)
    }
    if let duration { plan.duration = duration.duration }
    if let users { plan.users = users }
    plan.eventLoops = common.threads
    try await Session(
      scenario: plan, admin: admin, out: common.out, isQuiet: common.quiet
    ).run()
  }
}
