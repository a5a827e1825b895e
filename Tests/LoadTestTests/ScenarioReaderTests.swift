import Foundation
import LoadTest
import Testing

@Suite struct ScenarioReaderTests {
  private static let good = """
    name: small
    base: http://127.0.0.1:3000
    users: 4
    source_addresses: true
    timeout: 5s
    connections: 64
    arrival:
      rate: 12.5
      process: constant
      duration: 90s
      warmup: 500ms
    questions:
      zipf: 0.9
      list:
        - "Une question ?"
        - Une autre
    mix:
      chat_message: 3
      status: {weight: 1, get: "/healthz?x=1"}
      aids: {weight: 2, get: /api/aides/AEEH, route: "/api/aides/:id", session: true}
    thresholds:
      - p99(status) < 50ms
    """

  private func read(_ text: String, targets: String? = nil) throws -> Scenario {
    try ScenarioReader.read(text, file: "dir/a.yaml") { name in
      guard let targets else { throw ScenarioError(file: name, faults: []) }
      return ("dir/\(name)", targets)
    }
  }

  private func faults(_ text: String, targets: String? = nil) -> [String] {
    let error = #expect(throws: ScenarioError.self) { try read(text, targets: targets) }
    return error?.description.split(separator: "\n").map(String.init) ?? []
  }

  @Test func readsEverything() throws {
    let scenario = try read(Self.good)
    #expect(scenario.name == "small" && scenario.base.port == 3000 && scenario.users == 4)
    #expect(scenario.sourceAddresses && scenario.connections == 64)
    #expect(scenario.timeout == .seconds(5))
    #expect(scenario.arrival == .open(rate: 12.5, process: .constant))
    #expect(scenario.duration == .seconds(90) && scenario.warmup == .milliseconds(500))
    #expect(scenario.questions == ["Une question ?", "Une autre"] && scenario.zipfExponent == 0.9)
    #expect(
      scenario.operations == [
        Operation(
          name: "chat_message", kind: .chatMessage, weight: 3, route: "/api/chat/message"),
        Operation(
          name: "status", kind: .fetch(path: "/healthz?x=1"), weight: 1, route: "/healthz"),
        Operation(
          name: "aids", kind: .read(path: "/api/aides/AEEH"), weight: 2, route: "/api/aides/:id"),
      ])
    #expect(scenario.thresholds.map(\.text) == ["p99(status) < 50ms"])
  }

  @Test(
    arguments: [
      (
        "users: 4", "users: -4",
        ["dir/a.yaml:3:8: \"users\" must be a whole number from 0 to 60000, not \"-4\""]
      ),
      (
        "timeout: 5s", "timeuot: 5s",
        ["dir/a.yaml:5:1: unknown name \"timeuot\" in the scenario, did you mean \"timeout\"?"]
      ),
      (
        "  rate: 12.5\n", "",
        [
          "dir/a.yaml:8:3: \"arrival\" needs either \"rate\" or \"stages\" (open loop) or \"clients\" "
            + "(closed)"
        ]
      ),
      (
        "process: constant", "process: gauss",
        ["dir/a.yaml:9:12: \"process\" must be constant or poisson, not \"gauss\""]
      ),
      (
        "duration: 90s", "duration: 90",
        ["dir/a.yaml:10:13: \"duration\" must be a duration such as 500ms, 30s or 5m, not \"90\""]
      ),
      (
        "base: http://127.0.0.1:3000", "base: https://a",
        [
          "dir/a.yaml:2:7: \"base\": \"https://a\" https is not supported: measure behind the TLS end"
        ]
      ),
      (
        "chat_message: 3", "chat_message: 0",
        ["dir/a.yaml:18:17: the weight of \"chat_message\" must be a number above 0"]
      ),
      (
        "- p99(status) < 50ms", "- p99(stats) < 50ms",
        ["dir/a.yaml:22:5: threshold \"p99(stats) < 50ms\": the mix has no \"stats\""]
      ),
      (
        "- p99(status) < 50ms", "- p99(status) < 50",
        [
          "dir/a.yaml:22:5: threshold \"p99(status) < 50\": \"50\" is no duration such as 50ms or 2.5s"
        ]
      ),
      ("name: small", "name: [", ["dir/a.yaml:3:6: did not find expected ',' or ']'"]),
      ("name: small", "name: small\nname: again", ["dir/a.yaml:1:1: given twice: name"]),
      (
        "users: 4\n", "",
        ["dir/a.yaml:17:3: the mix has operations of signed-in users: set \"users\""]
      ),
    ]) func namesFileLineAndFault(find: String, replace: String, expected: [String])
  {
    let text = Self.good.replacingOccurrences(of: find, with: replace)
    #expect(text != Self.good)
    #expect(faults(text) == expected)
  }

  @Test func tellsEveryFaultAtOnce() {
    let text = Self.good.replacingOccurrences(of: "users: 4", with: "users: many")
      .replacingOccurrences(of: "weight: 2", with: "weight: none")
    #expect(faults(text).map { $0.prefix(15) } == ["dir/a.yaml:3:8:", "dir/a.yaml:20:1"])
  }

  @Test(arguments: ["", "- a\n- b", "just text"]) func refusesWhatIsNoMapping(text: String) {
    #expect(faults(text).first?.hasPrefix("dir/a.yaml:1:1: ") == true)
  }

  @Test func takesTheTargetsThatConcernItsMix() throws {
    let targets = """
      targets:
        - {threshold: p95(chat_message) <= 50ms, reason: speed}
        - {threshold: p95(history) <= 25ms, reason: not in this mix}
        - {threshold: error_rate < 0.1%, reason: trust}
      """
    let scenario = try read(Self.good + "\ntargets: targets.yaml", targets: targets)
    #expect(
      scenario.thresholds.map(\.text) == [
        "p99(status) < 50ms", "p95(chat_message) <= 50ms", "error_rate < 0.1%",
      ])
    #expect(scenario.thresholds.map(\.reason) == [nil, "speed", "trust"])
  }

  @Test func namesTheTargetsFileInItsFaults() {
    let text = Self.good + "\ntargets: t.yaml"
    #expect(
      faults(text, targets: "targets:\n  - {threshold: p95(x) < 5}") == [
        "dir/t.yaml:2:5: a target needs \"reason\"",
        "dir/t.yaml:2:5: threshold \"p95(x) < 5\": \"5\" is no duration such as 50ms or 2.5s",
      ])
    #expect(faults(text) == ["dir/a.yaml:23:10: \"targets\": cannot read t.yaml"])
  }

  @Test func readsStagesJourneysUsersAndThinking() throws {
    let text = """
      name: day
      users: {count: 2, from: users.csv}
      generator_lag_max: 100ms
      arrival:
        process: constant
        warmup: 2s
        stages: [{to: 100, duration: 10s}, {rate: 100, duration: 20s}, {from: 500, to: 0, duration: 5s}]
      questions: {in_turn: true, list: [Une, Deux], with: [ici, ailleurs]}
      mix:
        chat_message: 1
        patch_procedure: 2
        visit: {weight: 3, steps: [me, chat_message, follow_up], think: 500ms..2s}
      """
    let scenario = try ScenarioReader.read(text, file: "a.yaml") { name in
      (
        name,
        "# people\na@exemple.fr,secret, with comma\n\nb@exemple.fr,other\nc@exemple.fr,third\n"
      )
    }
    #expect(
      scenario.credentials == [
        Credentials(email: "a@exemple.fr", password: "secret, with comma"),
        Credentials(email: "b@exemple.fr", password: "other"),
      ])
    #expect(scenario.users == 2 && scenario.duration == .seconds(35))
    #expect(scenario.generatorLagMax == .milliseconds(100))
    let profile = try #require(scenario.openProfile)
    #expect(profile.process == .constant && profile.rate.peak == 500)
    #expect(profile.rate.rate(at: 5) == 50 && profile.rate.rate(at: 32.5) == 250)
    #expect(scenario.questions == ["Une ici", "Deux ici", "Une ailleurs", "Deux ailleurs"])
    #expect(
      scenario.operations.map(\.name) == [
        "chat_message", "patch_procedure", "me", "follow_up", "create_procedure",
      ])
    #expect(scenario.operations.map(\.weight) == [1, 2, 0, 0, 0])
    #expect(scenario.asksInTurn)
    let journey = try #require(scenario.journeys.first)
    #expect(journey.steps == [2, 0, 3] && journey.weight == 3)
    #expect(journey.think == .milliseconds(500) ... .seconds(2))
  }

  @Test func readsWhatIsRefusedAndWhoLeaves() throws {
    let text = """
      name: a
      users: 1
      arrival: {rate: 1, duration: 1s}
      questions: [Une]
      mix:
        bad: {weight: 1, post: "/api/procedures?x=1", body: '{"title":7}', session: true, expect: 422}
        shut: {weight: 1, get: /api/auth/me, expect: 401}
        gone: {weight: 2, like: chat_stream, leave_after: 300ms}
        me: {weight: 1, expect: 200}
      """
    #expect(
      try read(text).operations == [
        Operation(
          name: "bad",
          kind: .send(path: "/api/procedures?x=1", body: "{\"title\":7}", session: true), weight: 1,
          route: "/api/procedures", expects: 422),
        Operation(
          name: "shut", kind: .fetch(path: "/api/auth/me"), weight: 1, route: "/api/auth/me",
          expects: 401),
        Operation(
          name: "gone", kind: .chatStream, weight: 2, route: "/api/chat/message",
          leavesAfter: .milliseconds(300)),
        Operation(
          name: "me", kind: .read(path: "/api/auth/me"), weight: 1, route: "/api/auth/me",
          expects: 200),
      ])
  }

  @Test(
    arguments: [
      ("{weight: 1}", "\"x\" needs \"get\""),
      ("{weight: 1, get: /a, post: /b}", "takes one of \"get\", \"post\" and \"like\""),
      ("{weight: 1, get: /a, body: b}", "has a \"body\" without \"post\""),
      ("{weight: 1, post: a}", "\"post\" must be a path that starts with /"),
      ("{weight: 1, like: chats}", "\"like\" must be a known operation"),
      ("{weight: 1, get: /a, expect: 42}", "\"expect\" must be a whole number from 200 to 599"),
      ("{weight: 1, get: /a, leave_after: 3}", "\"leave_after\" must be a duration"),
    ]) func refusesOperationsThatMakeNoSense(operation: String, message: String)
  {
    let faults = faults("name: a\narrival: {rate: 1, duration: 1s}\nmix: {x: \(operation)}")
    #expect(faults.contains { $0.contains(message) }, "\(faults)")
  }

  @Test(
    arguments: [
      ("stages: [{to: 5, duration: 1s}]\n  duration: 3s", "leave \"duration\" out"),
      ("stages: []", "must be a list such as"),
      ("stages: [{duration: 1s}]", "either \"rate\", or \"to\""),
      ("stages: [{rate: 1, to: 2, duration: 1s}]", "either \"rate\", or \"to\""),
      ("stages: [{rate: 0, duration: 1s}]", "no stage starts a request"),
      ("stages: [{to: 5}]", "a stage needs \"duration\""),
    ]) func refusesStagesThatMakeNoSense(stages: String, message: String) throws
  {
    let text = "name: a\narrival:\n  \(stages)\nmix: {x: {weight: 1, get: /x}}"
    let faults = faults(text)
    #expect(faults.contains { $0.contains(message) }, "\(faults)")
  }

  @Test(
    arguments: [
      ("users: {from: u.csv, count: 9}", "a@b,c", "has 1 users, not 9"),
      ("users: {from: u.csv}", "nobody", "line 1 is not address,password"),
      ("users: {from: u.csv}", "# none", "no users"),
      ("users: {count: 1}", "", "needs \"from\""),
      ("think: 3s..1s", "", "\"think\" must be a duration"),
      ("think: 1s", "", "is for a closed loop"),
    ]) func refusesUsersAndThinkingThatCannotBe(line: String, file: String, message: String)
  {
    let text = """
      name: a
      arrival: {rate: 1, duration: 1s}
      mix: {x: {weight: 1, get: /x}}
      \(line)
      """
    let faults = faults(text, targets: file)
    #expect(faults.contains { $0.contains(message) }, "\(faults)")
  }

  @Test(arguments: [
    "chat", "hits", "isolation", "misses", "mixed", "smoke", "soak", "spike", "streams", "truth",
  ]) func readsTheScenariosThatAreShipped(name: String) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let scenario = try ScenarioReader.read(
      file: root.appending(path: "loadtest/scenarios/\(name).yaml").path)
    #expect(scenario.name == name)
    #expect(scenario.thresholds.contains { $0.metric == .achievedRate })
  }
}
