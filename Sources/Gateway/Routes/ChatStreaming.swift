import HTTPTypes
import HummingbirdCore
import NIOCore
import ServiceHost
import Telemetry
import WorkerAPI

/// One streamed answer: `start`, `delta`s, `sources`, then exactly one of `done` and `error`.
///
/// What fails before the first byte is an ordinary problem with its status. Afterwards an `error`
/// event says so, and a cut upstream never looks complete: `done` is sent only for an answer that
/// the worker finished and the database has.
struct ChatStreaming: Sendable {
  let store: ChatStore
  let assistant: Assistant
  let keys: IdempotencyKeys
  let telemetry: GatewayTelemetry
  let question: ChatRoutes.Question
  let exchange: RequestExchange

  func response() async throws -> Response {
    let stream = try await store.savingQuestion(question, exchange: exchange) {
      try await assistant.stream(question.asking, exchange: exchange)
    }
    var headers: HTTPFields = [
      .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store",
    ]
    if let cache = stream.cache { headers[.xCache] = cache }
    return Response(
      status: .ok, headers: headers, body: ResponseBody { try await write(stream, to: &$0) })
  }

  private func write(
    _ stream: Assistant.Stream, to writer: inout any ResponseBodyWriter
  ) async throws {
    var start = JSONText()
    start.object { $0.member("conversation_id", question.conversation) }
    do {
      try await send("start", start.text, &writer)
      var sources: [ChatSource] = []
      var answer: ChatSendAnswer?
      while answer == nil,
        let event = try await exchange.timed(\.ai, { try await stream.next() })
      {
        switch event {
        case .start: break
        case .delta(let text):
          var json = JSONText()
          json.object { $0.member("text", text) }
          try await send("delta", json.text, &writer)
        case .sources(let found):
          sources = found
          try await send("sources", ChatJSON.sources(found), &writer)
        case .done(let done): answer = done
        case .error(let failure):
          assistant.failed(failure, exchange: exchange)
          throw Problem.aiFailed
        }
      }
      guard let answer else { throw Problem.aiFailed }
      try await finish(answer, sources: answer.sources.isEmpty ? sources : answer.sources, &writer)
      await stream.end()
    } catch {
      stream.cancel()
      if let claim = question.claim { await keys.release(claim, after: error) }
      // A client that left is not told anything, and the row of its question stays.
      if Task.isCancelled { throw error }
      let problem = ProblemMapping.problem(for: error, telemetry: telemetry, exchange)
      exchange.with { $0.errorCode = problem.code }
      let body = problem.body(requestID: exchange.requestID.text)
      try await send("error", String(buffer: body), &writer)
    }
    try await writer.finishStream()
  }

  private func finish(
    _ answer: ChatSendAnswer, sources: [ChatSource], _ writer: inout any ResponseBodyWriter
  ) async throws {
    let sourcesJSON = ChatJSON.sources(sources)
    let id = question.answerID
    let createdAt = try await exchange.timed(\.db) {
      try await store.saveAnswer(
        answer.answer, sources: sourcesJSON, model: answer.model, id: id,
        conversation: question.conversation,
        of: question.session)
    }
    let json = ChatJSON.answer(
      answer, conversation: question.conversation, messageID: id, createdAt: createdAt,
      sources: sourcesJSON, started: exchange.started)
    if let claim = question.claim {
      await keys.complete(
        claim, status: .ok, headers: ["X-Cache": answer.cache.rawValue], body: json)
    }
    try await send("done", json.text, &writer)
  }

  private func send(
    _ event: String, _ json: String, _ writer: inout any ResponseBodyWriter
  ) async throws {
    try await writer.write(Self.event(event, json))
  }

  /// One event. JSONText escapes line breaks, so that data is one line.
  static func event(_ name: String, _ json: String) -> ByteBuffer {
    ByteBuffer(string: "event: \(name)\ndata: \(json)\n\n")
  }
}

extension ResponseBodyWriter {
  /// Ends the body from behind an existential.
  fileprivate func finishStream() async throws { try await finish(nil) }
}
