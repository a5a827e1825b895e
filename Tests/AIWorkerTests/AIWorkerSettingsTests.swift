import AIWorker
import JSONLogging
import ServiceHost
import Testing

@Suite struct AIWorkerSettingsTests {
  @Test func hasTheContractsDefaults() throws {
    let settings = try AIWorkerSettings(environment: [:])
    #expect(settings.host == "127.0.0.1" && settings.port == 8000)
    #expect(settings.cacheEntries == 1000 && settings.cacheLifetime == .seconds(86_400))
    #expect(settings.token == nil && !settings.isProduction)
    #expect(settings.drainDelay == .zero && settings.drainTimeout == .seconds(25))
  }

  @Test func knowsTheNamesOfTheGateway() throws {
    _ = try AIWorkerSettings(environment: [
      "PHOENIX_AI_WORKERS": "http://127.0.0.1:8000", "PHOENIX_RATE_LIMIT": "off",
    ])
  }

  @Test(arguments: ["0.0.0.0", "10.0.0.1", "worker", "127.example.org", "::", "1127.0.0.1"])
  func needsATokenOffLoopback(_ host: String) throws {
    let error = #expect(throws: SettingsError.self) {
      try AIWorkerSettings(environment: ["PHOENIX_HOST": host])
    }
    #expect(error?.faults.contains { $0.contains("PHOENIX_WORKER_TOKEN") } == true)
    let settings = try AIWorkerSettings(
      environment: ["PHOENIX_HOST": host, "PHOENIX_WORKER_TOKEN": "t"])
    #expect(settings.token?.reveal() == "t")
  }

  @Test(arguments: ["127.0.0.1", "127.1.2.3", "localhost", "::1"])
  func needsNoTokenOnLoopback(_ host: String) throws {
    #expect(try AIWorkerSettings(environment: ["PHOENIX_HOST": host]).token == nil)
  }

  @Test func listsEveryFault() throws {
    let error = #expect(throws: SettingsError.self) {
      try AIWorkerSettings(environment: [
        "PHOENIX_PORT": "x", "PHOENIX_CACHE_TTL": "long", "PHOENIX_CACHE_ENTRIES": "-1",
        "PHOENIX_CACHE_ENTRY": "1",
      ])
    }
    #expect(error?.faults.count == 4)
  }
}
