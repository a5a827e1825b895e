import NIOCore

/// Stands before the parser and tells the connection what bytes came, for its byte counts and for
/// heads that never end.
final class HTTPByteMeter<App: HTTPApplication>: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let connection: HTTPConnection<App>

  init(_ connection: HTTPConnection<App>) { self.connection = connection }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    connection.received(bytes: unwrapInboundIn(data).readableBytes)
    context.fireChannelRead(data)
    connection.parsed()
  }
}
