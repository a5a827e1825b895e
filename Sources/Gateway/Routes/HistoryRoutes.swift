import HTTPTypes
import HummingbirdCore
import NIOCore
import ServiceHost
import Telemetry

/// Reading and forgetting conversations.
struct HistoryRoutes: Sendable {
  let store: ChatStore
  let forget: @Sendable (_ userID: String) async -> Void

  var routes: [Route] {
    [
      Route(
        method: .get, template: "/api/chat/history", access: .session, bodyBytesMax: 0,
        isLimited: true, handler: history),
      Route(
        method: .get, template: "/api/chat/conversations", access: .session, bodyBytesMax: 0,
        isLimited: true, handler: conversations),
      Route(
        method: .delete, template: "/api/chat/reset", access: .session, bodyBytesMax: 0,
        isLimited: true, handler: reset),
    ]
  }

  @Sendable private func history(_ request: GatewayRequest) async throws -> Response {
    let session = try request.requireSession()
    var query = request.queryFields()
    let conversation = query.uuid("conversation_id")
    let before = query.uuid("before")
    let limit = query.int("limit", default: 50, in: 1...100)
    try query.finish()
    let page = try await request.exchange.timed(\.db) {
      try await store.history(conversation, before: before, limit: limit, of: session)
    }
    if page == nil, conversation != nil { throw Problem.notFound }
    var json = JSONText()
    json.object {
      $0.member("conversation_id", page?.conversation)
      $0.array("messages", page?.messages ?? []) { message, json in
        json.object {
          $0.member("id", message.id)
          $0.member("role", message.role)
          $0.member("content", message.text)
          $0.member("sources", json: message.sources)
          $0.member("created_at", message.createdAt)
        }
      }
      let messages = page?.messages ?? []
      $0.member("next_before", messages.count == limit ? messages.first?.id : nil)
    }
    return .json(json)
  }

  @Sendable private func conversations(_ request: GatewayRequest) async throws -> Response {
    let session = try request.requireSession()
    var query = request.queryFields()
    let before = query.uuid("before")
    let limit = query.int("limit", default: 50, in: 1...100)
    try query.finish()
    let page = try await request.exchange.timed(\.db) {
      try await store.conversations(before: before, limit: limit, of: session)
    }
    var json = JSONText()
    json.object {
      $0.array("conversations", page) { conversation, json in
        json.object {
          $0.member("id", conversation.id)
          $0.member("title", conversation.title)
          $0.member("messages", conversation.messages)
          $0.member("updated_at", conversation.updatedAt)
        }
      }
      $0.member("next_before", page.count == limit ? page.last?.id : nil)
    }
    return .json(json)
  }

  @Sendable private func reset(_ request: GatewayRequest) async throws -> Response {
    let session = try request.requireSession()
    var query = request.queryFields()
    let conversation = query.uuid("conversation_id")
    let isAll = query.bool("all", default: false)
    try query.finish()
    let scope: ChatStore.ResetScope =
      conversation.map { .conversation($0) } ?? (isAll ? .all : .newest)
    let deleted = try await request.exchange.timed(\.db) {
      try await store.reset(scope, of: session)
    }
    guard let deleted else { throw Problem.notFound }
    await forget(session.userID)
    var json = JSONText()
    json.object { $0.member("deleted_messages", deleted) }
    return .json(json)
  }
}

extension Response {
  /// A JSON answer.
  static func json(_ json: JSONText, status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status, headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(bytes: json.bytes)))
  }
}
