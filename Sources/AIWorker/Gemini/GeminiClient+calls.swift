import JSONLogging
import ServiceHost
import Upstream

/// What one call came to.
struct GeminiCallEnd<Value: Sendable>: Sendable {
  var result: Result<Value, GeminiError>
  /// What the call had told of its tokens.
  var usage = GeminiUsage.zero
  var version: String?
  /// Whether a byte of the request left: else there was no call.
  var wasSent = true
  /// Whether we ended it before its end.
  var wasAbandoned = false
  /// Whether that was because nobody waits any more.
  var wasCancelled = false

  /// The same call with its value read further.
  func map<Other: Sendable>(
    _ read: (Value) throws(GeminiError) -> Other
  ) -> GeminiCallEnd<Other> {
    let result: Result<Other, GeminiError>
    switch self.result {
    case .failure(let error): result = .failure(error)
    case .success(let value):
      do throws(GeminiError) { result = .success(try read(value)) } catch {
        result = .failure(error)
      }
    }
    return GeminiCallEnd<Other>(
      result: result, usage: usage, version: version, wasSent: wasSent, wasAbandoned: wasAbandoned,
      wasCancelled: wasCancelled)
  }
}

/// The text of a finished answer.
struct GeminiText: Sendable {
  var text: String
  var version: String
  var isTruncated: Bool
}

/// One call each: no second try here.
extension GeminiClient {
  private static let errorBytesMax = 64 * 1024

  private func request(
    _ method: String, _ model: GeminiModel, _ body: [UInt8], _ deadline: ContinuousClock.Instant,
    query: String = ""
  ) -> UpstreamRequest {
    UpstreamRequest(
      .post, "\(settings.baseURL)/v1beta/models/\(model.name):\(method)\(query)",
      headers: [
        UpstreamHeader("content-type", "application/json"),
        UpstreamHeader("x-goog-api-key", settings.key.reveal()),
      ], body: body, deadline: deadline, firstByteTimeout: settings.firstByteTimeout)
  }

  /// A call with one JSON object as its answer.
  func json(
    _ method: String, _ model: GeminiModel, _ body: [UInt8], _ deadline: ContinuousClock.Instant
  ) async -> GeminiCallEnd<JSONValue> {
    do throws(UpstreamError) {
      let response = try await upstream.send(request(method, model, body, deadline))
      guard response.status == 200 else {
        return GeminiCallEnd(
          result: .failure(
            GeminiErrorReader.error(status: response.status, body: response.body)))
      }
      guard let value = try? JSONValue(parsing: response.body), case .object = value else {
        return GeminiCallEnd(result: .failure(GeminiError(.malformed, detail: "no JSON object")))
      }
      return GeminiCallEnd(result: .success(value))
    } catch {
      return Self.end(error)
    }
  }

  /// A generation as a whole.
  func once(
    _ method: String, _ model: GeminiModel, _ body: [UInt8], _ deadline: ContinuousClock.Instant
  ) async -> GeminiCallEnd<GeminiText> {
    let end = await json(method, model, body, deadline)
    guard case .success(let value) = end.result, let chunk = GeminiChunk(value) else {
      return end.map { _ throws(GeminiError) in throw GeminiError(.malformed) }
    }
    return GeminiCallEnd(
      result: Self.judge(chunk, text: chunk.text, model: model), usage: chunk.usage ?? .zero,
      version: chunk.modelVersion)
  }

  /// A generation as a stream: whole only where its finish reason came.
  func streamOnce(
    _ model: GeminiModel, _ body: [UInt8], _ deadline: ContinuousClock.Instant,
    _ sink: any GeminiTextSink
  ) async -> GeminiCallEnd<GeminiText> {
    var end = await readStream(model, body, deadline, sink)
    if case .failure(var error) = end.result {
      error.hasToldText = sink.hasTold
      end.result = .failure(error)
    }
    return end
  }

  private func readStream(
    _ model: GeminiModel, _ body: [UInt8], _ deadline: ContinuousClock.Instant,
    _ sink: any GeminiTextSink
  ) async -> GeminiCallEnd<GeminiText> {
    var reading = StreamReading()
    do {
      let request = request(
        "streamGenerateContent", model, body, deadline, query: "?alt=sse")
      let stream = try await upstream.open(request)
      guard stream.status == 200 else {
        let text = try await Self.collect(stream)
        return GeminiCallEnd(
          result: .failure(GeminiErrorReader.error(status: stream.status, body: text)))
      }
      while let bytes = try await stream.next() {
        try reading.take(bytes, tell: sink.add)
        if reading.failure != nil { break }
      }
      try reading.finish(tell: sink.add)
      return reading.end(model)
    } catch let error as UpstreamError {
      return reading.end(Self.end(error))
    } catch {
      // The sink takes no more: the stream is dropped, and so ended.
      var end: GeminiCallEnd<GeminiText> = reading.end(model)
      end.result = .failure(GeminiError(.refused, detail: "the text is not wanted"))
      end.wasAbandoned = true
      end.wasCancelled = error is CancellationError
      return end
    }
  }

  private static func collect(_ stream: UpstreamStream) async throws(UpstreamError) -> [UInt8] {
    var text: [UInt8] = []
    while text.count < errorBytesMax, let bytes = try await stream.next() { text += bytes }
    return text
  }

  /// What has been read of a stream.
  private struct StreamReading {
    var parser = GeminiStreamParser()
    var last: GeminiChunk?
    var text = ""
    var failure: GeminiError?

    mutating func take(_ bytes: [UInt8], tell: (String) throws -> Void) throws {
      for item in parser.feed(bytes) { try take(item, tell: tell) }
    }

    mutating func finish(tell: (String) throws -> Void) throws {
      if failure == nil, let item = parser.finish() { try take(item, tell: tell) }
    }

    private mutating func take(
      _ item: GeminiStreamParser.Item, tell: (String) throws -> Void
    ) throws {
      switch item {
      case .failed(let error): failure = error
      case .chunk(var chunk):
        // Each field holds until a later chunk says otherwise; usage is cumulative.
        chunk.usage = chunk.usage ?? last?.usage
        chunk.modelVersion = chunk.modelVersion ?? last?.modelVersion
        chunk.ending = chunk.ending ?? last?.ending
        chunk.blockReason = chunk.blockReason ?? last?.blockReason
        last = chunk
        guard !chunk.text.isEmpty else { return }
        text += chunk.text
        try tell(chunk.text)
      }
    }

    /// The end of a body that came to its end.
    func end(_ model: GeminiModel) -> GeminiCallEnd<GeminiText> {
      let result: Result<GeminiText, GeminiError>
      if let failure {
        result = .failure(failure)
      } else if let last {
        result = GeminiClient.judge(last, text: text, model: model)
      } else {
        result = .failure(GeminiError(.cut, detail: "a stream without events"))
      }
      return GeminiCallEnd(
        result: result, usage: last?.usage ?? .zero, version: last?.modelVersion)
    }

    /// The end of a body that was cut.
    func end(_ cut: GeminiCallEnd<GeminiText>) -> GeminiCallEnd<GeminiText> {
      var end = cut
      end.usage = last?.usage ?? .zero
      end.version = last?.modelVersion
      return end
    }
  }

  /// Whether an answer is one (reference, section 3).
  private static func judge(
    _ chunk: GeminiChunk, text: String, model: GeminiModel
  ) -> Result<GeminiText, GeminiError> {
    if let reason = chunk.blockReason {
      return .failure(GeminiError(.blocked, detail: reason))
    }
    switch chunk.ending {
    case nil: return .failure(GeminiError(.cut, detail: "no finish reason"))
    case .withheld(let reason):
      return .failure(GeminiError(text.isEmpty ? .empty : .blocked, detail: reason))
    case .stop, .maxTokens:
      guard !text.allSatisfy(\.isWhitespace) else {
        return .failure(GeminiError(.empty, detail: "no text"))
      }
      return .success(
        GeminiText(
          text: text, version: chunk.modelVersion ?? model.name,
          isTruncated: chunk.ending == .maxTokens))
    }
  }

  private static func end<Value: Sendable>(_ error: UpstreamError) -> GeminiCallEnd<Value> {
    let code: GeminiError.Code =
      switch error.code {
      case .timeout: .timeout
      case .cut: .cut
      case .tooLarge, .protocolError: .malformed
      case .invalidRequest, .uploadFailed: .invalidRequest
      case .overloaded, .resolve, .refused, .connect, .tls, .reset, .cancelled, .closed,
        .internalFailure:
        .network
      }
    let isOurs = error.code == .timeout || error.code == .cancelled || error.code == .tooLarge
    return GeminiCallEnd(
      result: .failure(GeminiError(code)), wasSent: !error.sentNothing, wasAbandoned: isOurs,
      wasCancelled: error.code == .cancelled)
  }
}
