import ServiceHost
import Telemetry
import WorkerAPI

/// Vectors (reference, section 5).
extension GeminiClient {
  /// A vector of length one for each text, in their order. Throws `GeminiError` with the calls
  /// made, or `CancellationError`.
  ///
  /// - Parameters:
  ///   - within: for all of it; the settings' deadline for each batch where nil.
  ///   - triesMax: of each batch.
  package func embed(
    _ texts: [String], for task: EmbeddingTask, dimensions: Int = 768, within: Duration? = nil,
    triesMax: Int? = nil
  ) async throws -> Embeddings {
    let model = embeddingModel
    var embeddings = Embeddings()
    for start in stride(from: 0, to: texts.count, by: Self.embeddingBatchMax) {
      let batch = texts[start..<min(start + Self.embeddingBatchMax, texts.count)]
      let body = Self.embedBody(batch, task, dimensions, model)
      do {
        let (found, calls) = try await tries(
          "batchEmbedContents", model, gate: embeddingGate, within: within, triesMax: triesMax
        ) { deadline in
          await embedOnce(model, body, deadline, count: batch.count, dimensions: dimensions)
        }
        embeddings.vectors += found
        embeddings.calls += calls
      } catch var error as GeminiError {
        error.calls = embeddings.calls + error.calls
        throw error
      }
    }
    return embeddings
  }

  private func embedOnce(
    _ model: GeminiModel, _ body: [UInt8], _ deadline: ContinuousClock.Instant, count: Int,
    dimensions: Int
  ) async -> GeminiCallEnd<[[Float]]> {
    let end = await json("batchEmbedContents", model, body, deadline)
    // Documented answers tell no usage; where one does, it is counted.
    var usage = GeminiUsage.zero
    if case .success(let value) = end.result { usage = GeminiChunk(value)?.usage ?? .zero }
    var read = end.map { value throws(GeminiError) in
      let vectors = (value["embeddings"]?.array ?? []).compactMap { Self.unit($0["values"]) }
      guard vectors.count == count, vectors.allSatisfy({ $0.count == dimensions }) else {
        throw GeminiError(.malformed, detail: "vectors are missing or too short")
      }
      return vectors
    }
    read.usage = usage
    return read
  }

  /// Only vectors of the full length come with length one.
  private static func unit(_ values: JSONValue?) -> [Float]? {
    let numbers = (values?.array ?? []).compactMap { $0.number.map(Float.init) }
    let square = numbers.reduce(Float(0)) { $0 + $1 * $1 }
    guard square > 0, square.isFinite else { return nil }
    let length = square.squareRoot()
    return numbers.map { $0 / length }
  }

  private static func embedBody(
    _ texts: ArraySlice<String>, _ task: EmbeddingTask, _ dimensions: Int, _ model: GeminiModel
  ) -> [UInt8] {
    // The second generation takes the task in the text and ignores the field.
    let saysTask = model.name.hasPrefix("gemini-embedding-2")
    var json = JSONText()
    json.object { json in
      json.array("requests", texts) { text, json in
        json.object { json in
          json.member("model", "models/" + model.name)
          json.object("content") { json in
            json.array("parts", [saysTask ? task.prefix + text : text]) { text, json in
              json.object { $0.member("text", text) }
            }
          }
          if !saysTask { json.member("taskType", task.rawValue) }
          json.member("outputDimensionality", dimensions)
        }
      }
    }
    return json.bytes
  }
}

extension GeminiClient.EmbeddingTask {
  fileprivate var prefix: String {
    self == .query ? "task: search result | query: " : "title: none | text: "
  }
}
