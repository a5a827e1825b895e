import HTTPTypes
import HummingbirdCore
import NIOCore
import ServiceHost
import Telemetry
import WorkerAPI

/// Questions that are sent again under their `Idempotency-Key`: the answer that was given is given
/// again, in whichever form it is asked for, and nobody asks the AI.
extension ChatRoutes {
  /// What was answered under this key.
  func replay(
    _ answer: IdempotencyKeys.Answer, asStream: Bool, of session: Session,
    _ exchange: RequestExchange
  ) async throws -> Response {
    guard asStream else { return answer.response }
    let id = DerivedID.make(from: answer.resourceID, "answer")
    let saved = try await exchange.timed(\.db) { try await store.answer(id, of: session) }
    guard let saved else { throw Problem.notFound }
    return Self.stream(
      saved.message, conversation: saved.conversation, done: answer.body,
      cache: answer.headers["X-Cache"])
  }

  /// The answer of a question whose first try saved it and got no further; nil where there is none.
  /// This try spent nothing.
  func finished(
    _ question: Question, asStream: Bool, _ exchange: RequestExchange
  ) async throws -> Response? {
    guard let claim = question.claim, claim.isTakenOver else { return nil }
    let saved = try await exchange.timed(\.db) {
      try await store.answer(question.answerID, of: question.session)
    }
    guard let saved else { return nil }
    let json = ChatJSON.answer(
      ChatSendAnswer(
        answer: saved.message.text, sources: [], cache: .hit, model: saved.model,
        usage: ChatUsage(), tokensSaved: 0),
      conversation: saved.conversation, messageID: saved.message.id,
      createdAt: saved.message.createdAt, sources: saved.message.sources,
      started: exchange.started)
    let headers = ["X-Cache": CacheOutcome.hit.rawValue]
    await keys.complete(claim, status: .ok, headers: headers, body: json)
    guard asStream else {
      return IdempotencyKeys.Made(status: .ok, headers: headers, json: json).response
    }
    return Self.stream(
      saved.message, conversation: saved.conversation, done: json.text, cache: headers["X-Cache"])
  }

  /// A whole answer as the events of a stream.
  private static func stream(
    _ message: ChatStore.Message, conversation: String, done: String, cache: String?
  ) -> Response {
    var start = JSONText()
    start.object { $0.member("conversation_id", conversation) }
    var delta = JSONText()
    delta.object { $0.member("text", message.text) }
    var body = ByteBuffer()
    for (event, json) in [
      ("start", start.text), ("delta", delta.text), ("sources", message.sources), ("done", done),
    ] {
      body.writeImmutableBuffer(ChatStreaming.event(event, json))
    }
    var headers: HTTPFields = [
      .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store",
      .idempotentReplayed: "true",
    ]
    if let cache { headers[.xCache] = cache }
    return Response(status: .ok, headers: headers, body: .init(byteBuffer: body))
  }
}
