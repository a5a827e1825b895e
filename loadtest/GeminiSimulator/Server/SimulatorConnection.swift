import NIOCore
import NIOHTTP1

/// One connection: reads a request at a time and plays the script of its answer. A client that
/// leaves ends the script, and the call is counted as cancelled.
final class SimulatorConnection: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  /// What answers: the API or the side port.
  typealias Respond = @Sendable (_ head: HTTPRequestHead, _ body: [UInt8]) -> GeminiAPI.Answer

  private static let bodyBytesMax = 100 << 20
  private let respond: Respond
  private let player: ScriptPlayer
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []
  private var isTooLarge = false
  private var playing: Task<Void, Never>?

  init(player: ScriptPlayer, respond: @escaping Respond) {
    self.player = player
    self.respond = respond
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body = []
      isTooLarge = false
    case .body(let buffer):
      guard body.count + buffer.readableBytes <= Self.bodyBytesMax else {
        isTooLarge = true
        return
      }
      body.append(contentsOf: buffer.readableBytesView)
    case .end:
      guard let head else { return }
      self.head = nil
      let answer =
        isTooLarge
        ? GeminiAPI.Answer(
          script: .error(
            .invalid("Request payload size exceeds the limit: \(Self.bodyBytesMax) bytes.")))
        : respond(head, body)
      body = []
      let (channel, player) = (context.channel, player)
      // No request follows before the answer: clients of HTTP/1.1 do not pipeline.
      playing = Task {
        await player.play(answer, on: channel, keepsAlive: head.isKeepAlive)
      }
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    playing?.cancel()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}

/// Plays scripts on connections and tells the ledger how they ended.
struct ScriptPlayer: Sendable {
  let ledger: CallLedger
  let splitBytes: Int

  func play(_ answer: GeminiAPI.Answer, on channel: any Channel, keepsAlive: Bool) async {
    var play = Play(script: answer.script, channel: channel, keepsAlive: keepsAlive)
    var ending = CallLedger.Ending.completed
    do {
      try await play.run(splitBytes: splitBytes)
    } catch {
      // The last flush failed, or the client was gone before: it cannot have the end.
      ending = .cancelled
      try? await channel.close().get()
    }
    if let call = answer.call {
      ledger.end(call, ending, status: answer.script.status, tokens: play.told)
    }
  }

  /// One answer on its way.
  private struct Play {
    let script: AnswerScript
    let channel: any Channel
    let keepsAlive: Bool
    private(set) var told = SpentTokens()
    private var pending: [HTTPServerResponsePart] = []

    init(script: AnswerScript, channel: any Channel, keepsAlive: Bool) {
      self.script = script
      self.channel = channel
      self.keepsAlive = keepsAlive
    }

    mutating func run(splitBytes: Int) async throws {
      for step in script.before where try await wait(at: step) == false {
        try await channel.close().get()
        return
      }
      pending.append(.head(head))
      for step in script.steps {
        switch step {
        case .told(let tokens): told = tokens
        case .bytes(let bytes): try await write(bytes, splitBytes: splitBytes)
        case .wait, .hang, .cut:
          try await flush()
          guard try await wait(at: step) else {
            try await channel.close().get()
            return
          }
        }
      }
      // The last bytes and the end go in one write: who has read the one has the other.
      pending.append(.end(nil))
      try await flush()
      if !keepsAlive { try await channel.close().get() }
    }

    /// False where the connection is to be closed.
    private func wait(at step: AnswerScript.Step) async throws -> Bool {
      switch step {
      case .wait(let time): if time > .zero { try await Task.sleep(for: time) }
      case .hang: try await Task.sleep(for: .seconds(3600))
      case .cut: return false
      case .bytes, .told: break
      }
      return true
    }

    private mutating func write(_ bytes: [UInt8], splitBytes: Int) async throws {
      guard splitBytes > 0 else {
        pending.append(.body(.byteBuffer(ByteBuffer(bytes: bytes))))
        return
      }
      for start in stride(from: 0, to: bytes.count, by: splitBytes) {
        let piece = bytes[start..<min(start + splitBytes, bytes.count)]
        pending.append(.body(.byteBuffer(ByteBuffer(bytes: piece))))
        try await flush()
      }
    }

    private mutating func flush() async throws {
      guard let last = pending.popLast() else { return }
      for part in pending { channel.write(part, promise: nil) }
      pending = []
      try await channel.writeAndFlush(last).get()
    }

    private var head: HTTPResponseHead {
      var fields = HTTPHeaders(script.headers)
      if script.saysLength {
        let length = script.steps.reduce(0) { sum, step in
          if case .bytes(let bytes) = step { sum + bytes.count } else { sum }
        }
        fields.add(name: "Content-Length", value: String(length))
      } else {
        fields.add(name: "Transfer-Encoding", value: "chunked")
      }
      if !keepsAlive { fields.add(name: "Connection", value: "close") }
      return HTTPResponseHead(
        version: .http1_1, status: HTTPResponseStatus(statusCode: script.status), headers: fields)
    }
  }
}
