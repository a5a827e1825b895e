import Foundation
import LoadTest
import NIOCore
import Synchronization

/// A stand-in for the gateway with its witnesses, written to docs: it counts as the real one does,
/// and can be told one lie.
final class FakeGateway: Sendable {
  enum Lie: Sendable, Equatable {
    case none
    /// One more or less in a counter of requests.
    case counter(Int)
    /// Durations of another decade in the histogram, or in the summary's window.
    case histogram, window
    /// Durations that begin when much of the work is done.
    case lateStart
    case cache
    /// Tokens of an answer counted twice.
    case tokensTwice
    case lostLogLine
    case workerCache, workerTokens
    case simulatorCalls, simulatorTokens
    /// The history of the user before.
    case anothersRow
  }

  struct State {
    var counts: [String: Int] = [:]
    var durations: [String: Int] = [:]
    var users = 0
    var bodies: [String: String] = [:]
    var lastBody = ""
    var tokens = 0
    var hits = 0
    var misses = 0
    var log = ""
    var logged = 0
  }

  static let pause = Int64(40)
  static let tokensEach = 21
  let lie: Lie
  /// How a stream ends instead of as it should.
  let ending: String?
  let logPath: String?
  private let state = Mutex(State())

  init(_ lie: Lie = .none, ending: String? = nil, logPath: String? = nil) {
    self.lie = lie
    self.ending = ending
    self.logPath = logPath
    if let logPath { _ = FileManager.default.createFile(atPath: logPath, contents: nil) }
  }

  @Sendable func answer(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
    switch request.path {
    case "/metrics": return .response(ScriptedServer.ok(metrics()))
    case "/counts": return .response(ScriptedServer.ok(simulator()))
    case "/worker-metrics": return .response(ScriptedServer.ok(worker()))
    default: break
    }
    let (status, text) = state.withLock { serve(request, &$0) }
    let route = Self.route(request.path)
    count(request.method, route, status, tokens: route == "/api/chat/message" && status == 200)
    return .response(text, after: .milliseconds(Self.pause))
  }

  /// As docs/observability.md: a template, not a path.
  private static func route(_ path: String) -> String {
    let plain = String(path.prefix { $0 != "?" })
    if plain.hasPrefix("/api/procedures/") { return "/api/procedures/:id" }
    if plain.hasSuffix("/content") { return "/api/documents/:id/content" }
    return plain
  }

  private func serve(
    _ request: ScriptedServer.Request, _ state: inout State
  ) -> (Int, String) {
    let route = Self.route(request.path)
    if route == "/api/auth/signup" || route == "/api/auth/login" {
      let status = route.hasSuffix("signup") ? 201 : 200
      state.users += 1
      return (
        status,
        ScriptedServer.ok(
          "{}", status: status,
          fields: "Set-Cookie: phoenix_session=s\(state.users); Path=/; HttpOnly\r\n"
            + "Set-Cookie: phoenix_refresh=r\(state.users); Path=/\r\n")
      )
    }
    guard let cookie = request.headers["cookie"], cookie.hasPrefix("phoenix_session=s") else {
      return (401, ScriptedServer.ok("{}", status: 401))
    }
    switch (request.method, route) {
    case ("POST", "/api/chat/message"):
      state.bodies[cookie] = request.body
      state.lastBody = request.body
      return (200, chat(request, &state))
    case ("POST", "/api/procedures"), ("POST", "/api/documents"):
      return (201, ScriptedServer.ok("{\"id\":\"5f0c\(cookie.utf8.count)\"}", status: 201))
    case ("GET", "/api/chat/history"):
      let mine = state.bodies[cookie] ?? "{}"
      let shown =
        lie == .anothersRow ? state.bodies.first { $0.key != cookie }?.value ?? mine : mine
      return (200, ScriptedServer.ok("{\"messages\":[\(shown)]}"))
    default: return (200, ScriptedServer.ok("{}"))
    }
  }

  private func chat(_ request: ScriptedServer.Request, _ state: inout State) -> String {
    let total = lie == .lateStart ? 1 : Self.pause
    let timing =
      "Server-Timing: auth;dur=0.5, db;dur=2.25, queue;dur=0, ai;dur=10, total;dur=\(total)\r\n"
    state.tokens += Self.tokensEach
    if request.headers["accept"] == "text/event-stream" {
      state.misses += 1
      let usage = "event: done\ndata: {\"usage\":{\"total_tokens\":\(Self.tokensEach)}}\n\n"
      return ScriptedServer.events(
        "event: start\ndata: {\"conversation_id\":\"c1\"}\n\nevent: delta\ndata: {\"text\":\"a\"}\n\n"
          + (ending ?? usage), fields: "X-Cache: miss\r\n" + timing)
    }
    state.hits += 1
    return ScriptedServer.ok(
      "{\"conversation_id\":\"c1\",\"usage\":{\"prompt_tokens\":14,\"candidates_tokens\":7,"
        + "\"total_tokens\":\(Self.tokensEach)}}", fields: "X-Cache: hit\r\n" + timing)
  }

  private func count(_ method: String, _ route: String, _ status: Int, tokens: Bool) {
    state.withLock { state in
      state.counts["method=\"\(method)\",route=\"\(route)\",status=\"\(status)\"", default: 0] += 1
      state.durations["method=\"\(method)\",route=\"\(route)\"", default: 0] += 1
      state.logged += 1
      guard let logPath, !(lie == .lostLogLine && state.logged == 40) else { return }
      let spent = tokens ? ",\"tokens\":\(Self.tokensEach)" : ""
      let line =
        "{\"ts\":\"x\",\"method\":\"\(method)\",\"route\":\"\(route)\",\"status\":\(status)\(spent)}\n"
      if let file = FileHandle(forWritingAtPath: logPath) {
        file.seekToEndOfFile()
        file.write(Data(line.utf8))
        file.closeFile()
      }
    }
  }

  // MARK: Witnesses

  private func metrics() -> String {
    state.withLock { state in
      var lines: [String] = []
      for (labels, count) in state.counts {
        var told = count
        if case .counter(let extra) = lie, labels.contains("history") { told += extra }
        lines.append("phoenix_http_requests_total{\(labels)} \(told)")
      }
      for (labels, count) in state.durations {
        // One wide bucket around the pause: a busy machine adds to it.
        for edge in ["0.001", "0.01", "0.5", "+Inf"] {
          let value = Double(edge.replacingOccurrences(of: "+", with: "")) ?? .infinity
          let isBelow = lie == .histogram ? value >= 0.001 : value >= 0.5
          lines.append(
            "phoenix_http_request_duration_seconds_bucket{\(labels),le=\"\(edge)\"} "
              + "\(isBelow ? count : 0)")
        }
        guard let route = labels.split(separator: ",").last else { continue }
        let told = lie == .window ? "0.9" : "\(Double(Self.pause) / 1000 + 0.001)"
        lines.append("phoenix_http_request_latency_seconds{\(route),quantile=\"0.5\"} \(told)")
      }
      let twice = lie == .tokensTwice ? Self.tokensEach : 0
      lines += [
        "phoenix_ai_cache_requests_total{result=\"hit\"} \(state.hits + (lie == .cache && state.hits > 0 ? 1 : 0))",
        "phoenix_ai_cache_requests_total{result=\"miss\"} \(state.misses)",
        "phoenix_gemini_tokens_total{model=\"m\",kind=\"prompt\"} "
          + "\(state.tokens + (state.tokens > 0 ? twice : 0))",
        "phoenix_gemini_requests_total{model=\"m\",method=\"generateContent\",outcome=\"ok\"} "
          + "\(state.hits + state.misses)",
        "process_resident_memory_bytes 52428800", "process_cpu_seconds_total 1.5",
      ]
      return lines.joined(separator: "\n") + "\n"
    }
  }

  private func worker() -> String {
    state.withLock { state in
      let off = state.tokens > 0 ? 1 : 0
      return """
        process_start_time_seconds 5
        phoenix_worker_cache_requests_total{result="hit"} \(state.hits)
        phoenix_worker_cache_requests_total{result="miss"} \
        \(state.misses + (lie == .workerCache ? off : 0))
        phoenix_worker_gemini_tokens_total{kind="prompt"} \
        \(state.tokens + (lie == .workerTokens ? off : 0))

        """
    }
  }

  private func simulator() -> String {
    state.withLock { state in
      let off = state.tokens > 0 ? 1 : 0
      return """
        {"calls":{"generateContent":\(state.hits + state.misses + (lie == .simulatorCalls ? off : 0))},
        "tokens":\(state.tokens + (lie == .simulatorTokens ? off : 0))}
        """
    }
  }
}
