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

  @Option(
    help: "A worker's address, whose counts are compared too; once for each.",
    transform: { try TargetURL($0) })
  var worker: [TargetURL] = []

  @Option(
    help: "The Gemini simulator's side port, whose counts are compared too.",
    transform: { try TargetURL($0) })
  var simulator: TargetURL?

  @Option(help: "The gateway's request.log, whose lines are counted too.")
  var requestLog: String?

  @Option(help: "The summary.json of an earlier run, for the report to compare with.")
  var baseline: String?

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
    guard admin != nil || (worker.isEmpty && simulator == nil && requestLog == nil) else {
      throw ValidationError("--worker, --simulator and --request-log need --admin to compare with")
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
      if let (_, given) = plan.openProfile { process = given }
      plan.arrival = .open(rate: rate.perSecond, process: process)
    }
    if let duration {
      plan.duration = duration.duration
      if case .staged(let profile, let process) = plan.arrival {
        let seconds = duration.duration.inSeconds
        plan.arrival = .staged(profile.stretched(to: seconds), process: process)
      }
    }
    if let users {
      guard plan.credentials.isEmpty || users <= plan.credentials.count else {
        throw ValidationError("the scenario's file has \(plan.credentials.count) users")
      }
      plan.users = users
    }
    plan.eventLoops = common.threads
    let witnesses = Witnesses(
      admin: admin, workers: worker, simulator: simulator, requestLog: requestLog)
    try await Session(
      scenario: plan, witnesses: witnesses, baseline: baseline, out: common.out,
      isQuiet: common.quiet
    ).run()
  }
}
