import HTTPTypes
import HummingbirdCore
import NIOCore
import Postgres
import ServiceHost
import Telemetry
import WorkerAPI

/// `POST /api/chat/message`: a family's question, as JSON or as a stream.
///
/// The question is saved while the worker is asked; both must succeed before an answer is shown.
/// The answer is saved before `done` is said, so what a client saw as finished is in the history.
struct ChatRoutes: Sendable {
  let store: ChatStore
  let assistant: Assistant
  let keys: IdempotencyKeys
  let telemetry: GatewayTelemetry
  let bodyBytesMax: Int

  var routes: [Route] {
    [
      Route(
        method: .post, template: "/api/chat/message", access: .session,
        bodyBytesMax: bodyBytesMax, isLimited: true, handler: message)
    ]
  }

  /// A question with everything that answering it needs.
  struct Question: Sendable {
    let text: String
    let messageID: String
    let conversation: String
    let isNewConversation: Bool
    let asking: Assistant.Asking
    let session: Session
    /// What it says of the family; nothing without consent.
    let facts: FactReader.Reading
    /// The key that the question came under.
    var claim: IdempotencyKeys.Claim?

    /// The id of the answer's row, the same at every try.
    var answerID: String { DerivedID.make(from: messageID, "answer") }
  }

  @Sendable private func message(_ request: GatewayRequest) async throws -> Response {
    let session = try request.requireSession()
    var json = try request.jsonObject()
    let text = json.string("message", maxCharacters: 4000)
    let conversation = json.uuid("conversation_id")
    try json.finish()
    guard let text else { throw Problem.internal }

    let wantsStream = request.head.headerFields[.accept]?.contains("text/event-stream") == true
    var claim: IdempotencyKeys.Claim?
    switch try await keys.begin(request, for: session) {
    case .none: break
    case .claimed(let claimed): claim = claimed
    case .replayed(let answer):
      return try await replay(answer, asStream: wantsStream, of: session, request.exchange)
    }
    do {
      let question = try await question(
        text, conversation: conversation, of: session, claim: claim,
        bypassesCache: request.head.headerFields[.cacheControl]?.contains("no-store") == true,
        exchange: request.exchange)
      if let finished = try await finished(question, asStream: wantsStream, request.exchange) {
        return finished
      }
      if wantsStream {
        return try await ChatStreaming(
          store: store, assistant: assistant, keys: keys, telemetry: telemetry, question: question,
          exchange: request.exchange
        ).response()
      }
      return try await answer(question, exchange: request.exchange)
    } catch {
      if let claim { await keys.release(claim, after: error) }
      throw error
    }
  }

  /// Reads what came before and prepares the question to the worker. 404 where the user has no such
  /// conversation.
  func question(
    _ text: String, conversation: String?, of session: Session,
    claim: IdempotencyKeys.Claim? = nil, bypassesCache: Bool = false, exchange: RequestExchange
  ) async throws -> Question {
    let id =
      claim?.resourceID ?? UUIDv7.make(nowMilliseconds: MonotonicClock.wallMilliseconds())
    let (context, history) = try await exchange.timed(\.db) {
      try await store.context(conversation, before: id, of: session)
    }
    guard let context else { throw Problem.unauthenticated }
    guard let history else { throw Problem.notFound }
    return Question(
      text: text, messageID: id,
      conversation: conversation ?? DerivedID.make(from: id, "conversation"),
      isNewConversation: conversation == nil,
      asking: try assistant.asking(
        text, history: history, context: context, session: session, bypassesCache: bypassesCache,
        exchange: exchange),
      session: session,
      facts: context.hasConsent ? FactReader.read(text) : FactReader.Reading(), claim: claim)
  }

  /// An answer whose row is committed.
  struct Saved: Sendable {
    let answer: ChatSendAnswer
    let sources: String
    let id: String
    let createdAt: String
  }

  /// Saves the question, asks, saves the answer.
  func ask(_ question: Question, exchange: RequestExchange) async throws -> Saved {
    let answer = try await store.savingQuestion(question, exchange: exchange) {
      try await assistant.answer(question.asking, exchange: exchange)
    }
    let sources = ChatJSON.sources(answer.sources)
    let id = question.answerID
    let createdAt = try await exchange.timed(\.db) {
      try await store.saveAnswer(
        answer.answer, sources: sources, model: answer.model, id: id,
        conversation: question.conversation,
        of: question.session)
    }
    return Saved(answer: answer, sources: sources, id: id, createdAt: createdAt)
  }

  private func answer(_ question: Question, exchange: RequestExchange) async throws -> Response {
    let saved = try await ask(question, exchange: exchange)
    let json = ChatJSON.answer(
      saved.answer, conversation: question.conversation, messageID: saved.id,
      createdAt: saved.createdAt, sources: saved.sources, started: exchange.started)
    let made = IdempotencyKeys.Made(
      status: .ok, headers: ["X-Cache": saved.answer.cache.rawValue], json: json)
    if let claim = question.claim {
      await keys.complete(claim, status: made.status, headers: made.headers, body: json)
    }
    return made.response
  }
}

extension ChatStore {
  /// Saves the question while `ask` runs. Throws the database's error first, since an answer to a
  /// question that is not saved must not be shown.
  func savingQuestion<Answer: Sendable>(
    _ question: ChatRoutes.Question, exchange: RequestExchange,
    while ask: @Sendable () async throws -> Answer
  ) async throws -> Answer {
    let start = MonotonicClock.now()
    async let answer = ask()
    do {
      try await saveQuestion(
        question.text, id: question.messageID, conversation: question.conversation,
        isNew: question.isNewConversation, facts: question.facts, of: question.session)
    } catch {
      // Leaving the scope cancels the question to the worker.
      exchange.spent(MonotonicClock.now() - start, in: \.db)
      throw error
    }
    let saved = MonotonicClock.now()
    exchange.spent(saved - start, in: \.db)
    defer { exchange.spent(MonotonicClock.now() - saved, in: \.ai) }
    return try await answer
  }
}

/// The JSON of chat answers, in the contract's shape.
enum ChatJSON {
  static func sources(_ sources: [ChatSource]) -> String {
    var json = JSONText()
    json.array(sources) { source, json in
      json.object {
        $0.member("slug", source.slug)
        $0.member("title", source.title)
        $0.member("url", source.url)
        $0.member("score", (source.score * 1000).rounded() / 1000)
        $0.member("excerpt", source.excerpt)
      }
    }
    return json.text
  }

  static func answer(
    _ answer: ChatSendAnswer, conversation: String, messageID: String, createdAt: String,
    sources: String, started: UInt64
  ) -> JSONText {
    var json = JSONText()
    json.object {
      $0.member("conversation_id", conversation)
      $0.object("message") {
        $0.member("id", messageID)
        $0.member("role", "assistant")
        $0.member("content", answer.answer)
        $0.member("sources", json: sources)
        $0.member("created_at", createdAt)
      }
      $0.member("cached", answer.cached)
      $0.member("model", answer.model)
      $0.object("usage") {
        $0.member("prompt_tokens", answer.usage.promptTokens)
        $0.member("cached_tokens", answer.usage.cachedTokens)
        $0.member("candidates_tokens", answer.usage.candidatesTokens)
        $0.member("thoughts_tokens", answer.usage.thoughtsTokens)
        $0.member("total_tokens", answer.usage.totalTokens)
      }
      $0.member("latency_ms", Double((MonotonicClock.now() - started) / 1000) / 1000)
    }
    return json
  }
}
