import AIWorker
import ServiceHost
import Testing

@Suite struct GeminiModelTests {
  @Test(arguments: [
    ("gemini-2.5-flash", "2026-11-30", "gemini-2.5-flash"),
    ("gemini-2.5-flash", "2026-12-01", "gemini-3.5-flash-lite"),
    ("gemini-2.5-pro", "2026-12-01", "gemini-3.8-flash"),
    ("gemini-2.0-flash", "2026-11-01", "gemini-2.5-flash-lite"),
    ("gemini-2.5-flash-lite", "2030-01-01", "gemini-2.5-flash-lite"),
    ("text-embedding-004", "2028-06-01", "gemini-embedding-2"),
    ("a-model-of-tomorrow", "2030-01-01", "a-model-of-tomorrow"),
  ])
  func afterItsShutdownItsSuccessorAnswers(_ name: String, _ day: String, _ expected: String) {
    #expect(GeminiModel.inForce(name, on: day).name == expected)
  }

  @Test func everySuccessorIsInTheTableAndNoChainIsEndless() {
    for model in GeminiModel.all {
      if let next = model.successor {
        #expect(GeminiModel.all.contains { $0.name == next }, "\(next)")
      }
      let last = GeminiModel.inForce(model.name, on: "9999-12-31")
      #expect(last.shutdown == nil, "\(model.name) ends at \(last.name)")
      #expect(model.prices.map(\.from) == model.prices.map(\.from).sorted())
    }
  }

  @Test func thinkingIsByBudgetOrByLevel() {
    #expect(GeminiModel.named("gemini-2.5-flash").thinking == .budget(0))
    #expect(GeminiModel.named("gemini-2.5-pro").thinking == .budget(128))
    #expect(GeminiModel.named("gemini-3.8-flash").thinking == .level("LOW"))
    #expect(GeminiModel.named("gemini-2.5-flash-preview-09-2025").thinking == .budget(0))
    #expect(GeminiModel.named("gemini-2.5-flash-lite-001").prices.first?.input == 0.10)
    #expect(GeminiModel.named("unheard-of").thinking == .unsaid)
  }

  /// (prompt - cached)·in + cached·cacheRead + (candidates + thoughts)·out, section 9.
  @Test func costIsTheDaysPrice() {
    let usage = GeminiUsage(prompt: 1000, cached: 400, candidates: 200, thoughts: 100)
    let flash = GeminiModel.named("gemini-2.5-flash")
    #expect(flash.costNanoUSD(usage, on: "2026-11-23") == 600 * 300 + 400 * 30 + 300 * 2500)
    let dated = GeminiModel.named("gemini-3.8-flash")
    let one = GeminiUsage(prompt: 1000)
    #expect(dated.costNanoUSD(one, on: "2026-12-31") == 750_000)
    #expect(dated.costNanoUSD(one, on: "2027-01-01") == 1_500_000)
    #expect(GeminiModel.named("unheard-of").costNanoUSD(usage, on: "2026-11-23") == 0)
  }

  @Test func settingsComeFromTheEnvironment() throws {
    #expect(try AIWorkerSettings(environment: [:]).gemini == nil)
    let settings = try AIWorkerSettings(environment: [
      "GEMINI_API_KEY": "k-123", "GEMINI_BASE_URL": "http://127.0.0.1:8090/",
      "PHOENIX_AI_DEADLINE": "10s", "PHOENIX_CACHE_SNAPSHOT": "/tmp/cache.json",
    ])
    let gemini = try #require(settings.gemini)
    #expect(gemini.baseURL == "http://127.0.0.1:8090" && gemini.model == "gemini-2.5-flash")
    #expect(gemini.deadline == .milliseconds(8500))
    #expect(settings.cacheFile == "/tmp/cache.json")
    #expect(!"\(settings)".contains("k-123"), "the key is shown nowhere")
    do {
      _ = try AIWorkerSettings(environment: [
        "GEMINI_API_KEY": "a b", "GEMINI_BASE_URL": "ftp://x", "GEMINI_MODEL": "a/../b",
      ])
      Issue.record("bad settings were taken")
    } catch {
      #expect(error.faults.count == 3)
      #expect(!"\(error)".contains("a b"))
    }
  }
}
