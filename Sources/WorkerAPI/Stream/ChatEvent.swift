/// One event of a worker's answer as a stream.
///
/// `start`, any number of `delta`, one `sources`, then exactly one of `done` and `error`. A stream
/// that ends without either was cut, and must not look complete.
package enum ChatEvent: Sendable, Hashable {
  /// The worker began; says how the cache takes part.
  case start(ChatStart)
  /// The next piece of the text.
  case delta(String)
  /// What the answer rests on.
  case sources([ChatSource])
  /// The whole answer: the text is the deltas joined.
  case done(ChatSendAnswer)
  /// The answer failed after the stream began.
  case error(ChatFailure)
}

/// The data of `start`.
package struct ChatStart: Codable, Sendable, Hashable {
  package var cache: CacheOutcome

  package init(cache: CacheOutcome) { self.cache = cache }
}

/// The data of `error`.
package struct ChatFailure: Error, Codable, Sendable, Hashable {
  /// Stable, snake_case.
  package var code: String
  /// For operators; nothing of the family's text.
  package var message: String
  /// The calls that the failed answer caused: what they spent is spent.
  package var calls: [ModelCall]

  package init(code: String, message: String, calls: [ModelCall] = []) {
    self.code = code
    self.message = message
    self.calls = calls
  }

  private enum CodingKeys: String, CodingKey {
    case code
    case message
    case calls
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      code: try values.decode(String.self, forKey: .code),
      message: try values.decode(String.self, forKey: .message),
      calls: Array(
        try values.decodeIfPresent([ModelCall].self, forKey: .calls)?.prefix(ModelCall.callsMax)
          ?? []))
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(code, forKey: .code)
    try values.encode(message, forKey: .message)
    if !calls.isEmpty { try values.encode(calls, forKey: .calls) }
  }
}

extension ChatEvent {
  private struct Delta: Codable {
    var text: String
  }

  /// The event as sent.
  package func serverSentEvent() throws -> ServerSentEvent {
    switch self {
    case .start(let start): try Self.event("start", start)
    case .delta(let text): try Self.event("delta", Delta(text: text))
    case .sources(let sources): try Self.event("sources", sources)
    case .done(let answer): try Self.event("done", answer)
    case .error(let failure): try Self.event("error", failure)
    }
  }

  /// Reads an event; nil for a name that this version does not know.
  package init?(_ event: ServerSentEvent) throws(ServerSentEventError) {
    switch event.name {
    case "start": self = .start(try Self.decode(from: event))
    case "delta": self = .delta(try Self.decode(Delta.self, from: event).text)
    case "sources": self = .sources(try Self.decode(from: event))
    case "done": self = .done(try Self.decode(from: event))
    case "error": self = .error(try Self.decode(from: event))
    default: return nil
    }
  }

  private static func event(_ name: String, _ value: some Encodable) throws -> ServerSentEvent {
    let data = try WorkerJSON.encode(value)
    return ServerSentEvent(name: name, data: String(decoding: data, as: UTF8.self))
  }

  private static func decode<Value: Decodable>(
    _ type: Value.Type = Value.self, from event: ServerSentEvent
  ) throws(ServerSentEventError) -> Value {
    do {
      return try WorkerJSON.decode(type, from: Array(event.data.utf8))
    } catch {
      throw .malformedEvent(name: event.name)
    }
  }
}
