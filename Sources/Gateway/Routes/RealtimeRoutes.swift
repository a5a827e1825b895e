import HTTPTypes
import HummingbirdCore
import NIOCore
import ServiceHost
import Telemetry

/// Live changes and presence as server-sent events.
struct RealtimeRoutes: Sendable {
  let hub: RealtimeHub
  let telemetry: GatewayTelemetry

  var routes: [Route] {
    [
      Route(
        method: .get, template: "/api/realtime", access: .session, bodyBytesMax: 0,
        isLimited: true, handler: open)
    ]
  }

  @Sendable private func open(_ request: GatewayRequest) async throws -> Response {
    let session = try request.requireSession()
    let headers: HTTPFields = [
      .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store",
      .xAccelBuffering: "no",
    ]
    guard request.head.method != .head else { return Response(status: .ok, headers: headers) }
    let opened = try await request.exchange.timed(\.db) {
      try await hub.open(session, lastEventID: request.head.headerFields[.lastEventID])
    }
    return Response(
      status: .ok, headers: headers,
      body: ResponseBody { try await write(opened, request.exchange, to: &$0) })
  }

  private func write(
    _ opened: RealtimeHub.Opened, _ exchange: RequestExchange,
    to writer: inout any ResponseBodyWriter
  ) async throws {
    exchange.with { $0.isRealtime = true }
    telemetry.observe(.realtimeOpened)
    defer {
      hub.close(opened.joined)
      telemetry.observe(.realtimeClosed)
    }
    for frame in opened.opening { try await writer.write(ByteBuffer(string: frame)) }
    for await frame in opened.joined.frames { try await writer.write(ByteBuffer(string: frame)) }
    try Task.checkCancellation()
    try await writer.finishStream()
  }
}

extension ResponseBodyWriter {
  /// Ends the body from behind an existential.
  fileprivate func finishStream() async throws { try await finish(nil) }
}
