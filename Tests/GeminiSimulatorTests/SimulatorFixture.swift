import Foundation
import GeminiSimulator
import Reactor
import Testing
import Upstream

/// A simulator on ports of the kernel's choice, and a client to ask it.
struct SimulatorFixture {
  let simulator: GeminiSimulator
  let client: UpstreamClient

  static func with(
    splitBytes: Int = 0, keys: Set<String> = [], latency: Duration = .zero,
    cachedPrefixTokensMin: Int = 256, _ body: (SimulatorFixture) async throws -> Void
  ) async throws {
    let reactor = try Reactor(name: "test")
    let simulator = try await GeminiSimulator.start(
      SimulatorSettings(
        port: 0, sidePort: 0, keys: keys, splitBytes: splitBytes,
        cachedPrefixTokensMin: cachedPrefixTokensMin,
        latency: LatencyModel.Shape(median: latency, sigma: 0.5)))
    let fixture = SimulatorFixture(
      simulator: simulator, client: UpstreamClient(reactor: reactor))
    do {
      try await body(fixture)
    } catch {
      await fixture.end(reactor)
      throw error
    }
    await fixture.end(reactor)
  }

  private func end(_ reactor: Reactor) async {
    await client.shutdown()
    reactor.shutdown()
    await simulator.stop()
  }

  struct Reply {
    var status: Int
    var headers: [UpstreamHeader]
    var body: [UInt8]
    var text: String { String(decoding: body, as: UTF8.self) }
    var json: [String: Any] {
      (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any] ?? [:]
    }
    var error: [String: Any] { json["error"] as? [String: Any] ?? [:] }
    var message: String { error["message"] as? String ?? "" }
    var details: [[String: Any]] { error["details"] as? [[String: Any]] ?? [] }
  }

  func ask(
    model: String = "gemini-2.5-flash", _ body: String, key: String? = "good", query: String = "",
    fault: String? = nil
  ) async throws -> Reply {
    try await ask("generateContent", model: model, body, key: key, query: query, fault: fault)
  }

  func ask(
    _ method: String, model: String = "gemini-2.5-flash", _ body: String,
    key: String? = "good", query: String = "", fault: String? = nil
  ) async throws -> Reply {
    var headers = [UpstreamHeader("content-type", "application/json")]
    if let key { headers.append(UpstreamHeader("x-goog-api-key", key)) }
    if let fault { headers.append(UpstreamHeader("x-simulator-fault", fault)) }
    let answer = try await client.send(
      UpstreamRequest(
        .post, "http://127.0.0.1:\(simulator.port)/v1beta/models/\(model):\(method)\(query)",
        headers: headers, body: Array(body.utf8), timeout: .seconds(10)))
    return Reply(status: answer.status, headers: answer.headers, body: answer.body)
  }

  func get(_ path: String, key: String? = "good") async throws -> Reply {
    let answer = try await client.send(
      UpstreamRequest(
        .get, "http://127.0.0.1:\(simulator.port)\(path)",
        headers: key.map { [UpstreamHeader("x-goog-api-key", $0)] } ?? [], timeout: .seconds(10)))
    return Reply(status: answer.status, headers: answer.headers, body: answer.body)
  }

  func side(
    _ method: UpstreamRequest.Method = .get, _ path: String, _ body: String = ""
  ) async throws -> Reply {
    let answer = try await client.send(
      UpstreamRequest(
        method, "http://127.0.0.1:\(simulator.sidePort)\(path)", body: Array(body.utf8),
        timeout: .seconds(10)))
    return Reply(status: answer.status, headers: answer.headers, body: answer.body)
  }

  /// The events of a stream, each as it is between `data: ` and its line's end.
  static func events(_ reply: Reply) -> [[String: Any]] {
    reply.text.components(separatedBy: "\r\n\r\n").filter { $0.hasPrefix("data: ") }.compactMap {
      (try? JSONSerialization.jsonObject(with: Data($0.dropFirst(6).utf8))) as? [String: Any]
    }
  }

  static func text(_ response: [String: Any]) -> String {
    let candidate = (response["candidates"] as? [[String: Any]])?.first
    let content = candidate?["content"] as? [String: Any]
    let parts = content?["parts"] as? [[String: Any]] ?? []
    return parts.filter { $0["thought"] == nil }.compactMap { $0["text"] as? String }.joined()
  }

  static func usage(_ response: [String: Any]) -> [String: Int] {
    (response["usageMetadata"] as? [String: Any] ?? [:]).compactMapValues { $0 as? Int }
  }

  static func finishReason(_ response: [String: Any]) -> String? {
    (response["candidates"] as? [[String: Any]])?.first?["finishReason"] as? String
  }
}

/// A body with a passage and a question.
func question(_ text: String = "Quel est le montant de l'AAH ?", _ more: String = "") -> String {
  let prompt = """
    <passage fiche=\\"1\\" titre=\\"AAH\\">\\nLe montant maximal de l'AAH est de 1 041,59 € par mois \
    depuis le 1er avril 2026. La CDAPH décide et la CAF paie chaque mois.\\n</passage>\\n\
    <question>\\n\(text)\\n</question>
    """
  return """
    {"contents":[{"role":"user","parts":[{"text":"\(prompt)"}]}]\(more)}
    """
}
