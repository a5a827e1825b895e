import Postgres
import ServiceHost
import ServiceLifecycle
import Telemetry

/// Asks the dependencies every second and leaves the answers in `Readiness`. Never Gemini.
struct DependencyProbes: Service {
  /// What the code needs of the schema; `ops/migrate` brings it.
  static let schemaVersion = 6

  /// As `/readyz` names them.
  static let names = ["postgres", "ai_workers"]

  let readiness: Readiness
  let database: PostgresPool
  let workers: WorkerPool
  let telemetry: GatewayTelemetry
  /// What has to be read from the database once before a request may come.
  let prepare: @Sendable () async throws -> Void

  func run() async throws {
    await cancelWhenGracefulShutdown {
      var isPrepared = false
      while !Task.isCancelled {
        var fault = ""
        if !isPrepared {
          do {
            try await prepare()
            isPrepared = true
          } catch { fault = "not prepared: \(error)" }
        }
        await probe(isPrepared: isPrepared, fault: fault)
        try? await Task.sleep(for: .seconds(1))
      }
    }
  }

  private func probe(isPrepared: Bool, fault: String) async {
    let before = readiness.verdict
    let start = MonotonicClock.now()
    let status: String
    var detail = fault
    do {
      let version = try await schemaVersion()
      status = version >= Self.schemaVersion && isPrepared ? "up" : "migrating"
    } catch {
      status = error.isUnavailable ? "down" : "migrating"
      detail = error.description
    }
    if readiness.set(
      "postgres",
      .init(
        status: status, isRequired: true,
        latencyMilliseconds: Double(MonotonicClock.now() - start) / 1e6))
    {
      telemetry.observe(
        .dependencyChanged(name: "postgres", up: status == "up", detail: detail))
    }
    let pool = workers.status
    if readiness.set(
      "ai_workers",
      .init(
        status: pool.available > 0 ? "up" : "down", isRequired: false, available: pool.available,
        total: pool.total))
    {
      telemetry.observe(
        .dependencyChanged(
          name: "ai_workers", up: pool.available > 0,
          detail: "\(pool.available) of \(pool.total) available"))
    }
    let after = readiness.verdict
    guard after != before else { return }
    switch after {
    case .ready: telemetry.observe(.lifecycle(.ready))
    case .degraded: telemetry.observe(.lifecycle(.degraded(reason: "no AI worker")))
    case .notReady: telemetry.observe(.lifecycle(.notReady(reason: "postgres \(status)")))
    }
  }

  private func schemaVersion() async throws(PostgresError) -> Int {
    let rows = try await database.run(
      [PostgresStatement("select phoenix_schema_version()", [])], as: .login,
      deadline: .now + .seconds(2))
    guard let row = rows.first?.first else { return 0 }
    return try row.int(0)
  }
}
