import HTTPTypes
import ServiceHost
import Testing

@Suite struct ReadinessTests {
  static let up = Readiness.Dependency(status: "up", isRequired: true)

  @Test func nothingIsReadyBeforeEveryDependencyWasProbed() {
    let readiness = Readiness(dependencies: ["postgres", "ai_workers"])
    readiness.started()
    #expect(readiness.verdict == .notReady)
    readiness.set("postgres", Self.up)
    #expect(readiness.verdict == .notReady)
    readiness.set("ai_workers", Self.up)
    #expect(readiness.verdict == .ready)
  }

  @Test func anOptionalDependencyDegradesAndARequiredOneStops() {
    let readiness = Readiness(dependencies: ["postgres", "ai_workers"])
    readiness.started()
    readiness.set("postgres", Self.up)
    readiness.set("ai_workers", .init(status: "down", isRequired: false, available: 0, total: 2))
    #expect(readiness.verdict == .degraded)
    #expect(readiness.reply().status == .ok)
    readiness.set("postgres", .init(status: "migrating", isRequired: true))
    #expect(readiness.verdict == .notReady)
    #expect(readiness.reply().status == .serviceUnavailable)
    #expect(readiness.reply().headers[.retryAfter] != nil)
  }

  @Test func aDrainHasNoWayBack() {
    let readiness = Readiness()
    #expect(readiness.verdict == .notReady)
    readiness.started()
    #expect(readiness.verdict == .ready)
    readiness.drain()
    readiness.set("postgres", Self.up)
    readiness.started()
    #expect(readiness.verdict == .notReady)
  }

  @Test func onlyAChangeOfStatusIsNews() {
    let readiness = Readiness(dependencies: ["postgres"])
    #expect(readiness.set("postgres", Self.up))
    #expect(!readiness.set("postgres", Self.up))
    #expect(readiness.set("postgres", .init(status: "down", isRequired: true)))
  }
}
