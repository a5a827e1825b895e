import ServiceHost
package import WorkerAPI

// The two messages of the hot path, written and read in one pass: through Codable they cost a tenth
// of a chat hit. `WorkerMessageTests` holds them to what WorkerAPI's own coding says.

extension ChatSendRequest {
  /// The request as JSON.
  package var json: [UInt8] {
    var json = JSONText()
    json.object {
      $0.member("message", message)
      $0.member("user_id", userID)
      $0.array("history", history) { turn, json in
        json.object {
          $0.member("role", turn.role.rawValue)
          $0.member("content", turn.content)
        }
      }
      $0.array("memories", memories) { $1.string($0) }
      $0.member("consent", consent)
      $0.object("options") { $0.member("max_sources", options.maxSources) }
    }
    return json.bytes
  }
}

extension ChatSendAnswer {
  /// Reads an answer; nil where it is none.
  package init?(json bytes: [UInt8]) {
    guard let json = try? JSONValue(parsing: bytes), let answer = json["answer"]?.string,
      let model = json["model"]?.string,
      let cache = json["cache"]?.string.flatMap({ CacheOutcome(rawValue: $0) }),
      let entries = json["sources"]?.array, let usage = json["usage"].flatMap({ ChatUsage($0) }),
      let saved = ChatUsage.count(json["tokens_saved"])
    else { return nil }
    var sources: [ChatSource] = []
    sources.reserveCapacity(entries.count)
    for entry in entries {
      guard let slug = entry["slug"]?.string, let title = entry["title"]?.string,
        let url = entry["url"]?.string, let score = entry["score"]?.number,
        let excerpt = entry["excerpt"]?.string
      else { return nil }
      sources.append(
        ChatSource(slug: slug, title: title, url: url, score: score, excerpt: excerpt))
    }
    self.init(
      answer: answer, sources: sources, cache: cache, model: model, usage: usage,
      tokensSaved: saved,
      calls: (json["calls"]?.array ?? []).prefix(ModelCall.callsMax).compactMap { ModelCall($0) })
  }
}

extension ModelCall {
  fileprivate init?(_ json: JSONValue) {
    guard let model = json["model"]?.string, let method = json["method"]?.string,
      let outcome = json["outcome"]?.string.flatMap({ Outcome(rawValue: $0) }),
      let seconds = json["seconds"]?.number, (0...1e6).contains(seconds),
      let usage = json["usage"].flatMap({ ChatUsage($0) }),
      let cost = ChatUsage.count(json["cost_nano_usd"])
    else { return nil }
    self.init(
      model: model, method: method, outcome: outcome, seconds: seconds, usage: usage,
      costNanoUSD: cost)
  }
}

extension ChatUsage {
  fileprivate init?(_ json: JSONValue) {
    guard case .object = json, let prompt = Self.count(json["prompt_tokens"]),
      let cached = Self.count(json["cached_tokens"]),
      let candidates = Self.count(json["candidates_tokens"]),
      let thoughts = Self.count(json["thoughts_tokens"]), let tool = Self.count(json["tool_tokens"])
    else { return nil }
    self.init(
      promptTokens: prompt, cachedTokens: cached, candidatesTokens: candidates,
      thoughtsTokens: thoughts, toolTokens: tool)
  }

  /// A count of tokens, 0 where none is said; nil where it is no count. The bound keeps sums from
  /// overflowing.
  fileprivate static func count(_ json: JSONValue?) -> Int? {
    guard let json, json != .null else { return 0 }
    guard let number = json.int, 0...(1 << 40) ~= number else { return nil }
    return number
  }
}
