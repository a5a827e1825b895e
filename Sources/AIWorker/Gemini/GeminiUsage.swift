package import Telemetry
package import WorkerAPI

/// Tokens of one call as the provider counts them: `usageMetadata`.
///
/// In a stream each one holds all before it: the last one counts.
package struct GeminiUsage: Sendable, Hashable {
  /// The whole prompt, the cached part included.
  package var prompt = 0
  package var cached = 0
  package var candidates = 0
  package var thoughts = 0
  package var tool = 0

  package init(
    prompt: Int = 0, cached: Int = 0, candidates: Int = 0, thoughts: Int = 0, tool: Int = 0
  ) {
    self.prompt = prompt
    self.cached = cached
    self.candidates = candidates
    self.thoughts = thoughts
    self.tool = tool
  }

  package static let zero = GeminiUsage()

  /// As it goes over the wire to the gateway.
  package var chatUsage: ChatUsage {
    ChatUsage(
      promptTokens: prompt, cachedTokens: cached, candidatesTokens: candidates,
      thoughtsTokens: thoughts, toolTokens: tool)
  }

  /// As telemetry counts it.
  package var tokenUsage: TokenUsage {
    TokenUsage(
      prompt: prompt, cached: cached, candidates: candidates, thoughts: thoughts, tool: tool)
  }
}

extension [ModelCall] {
  /// What all calls together spent.
  var usage: ChatUsage {
    reduce(into: ChatUsage.zero) { sum, call in
      sum.promptTokens += call.usage.promptTokens
      sum.cachedTokens += call.usage.cachedTokens
      sum.candidatesTokens += call.usage.candidatesTokens
      sum.thoughtsTokens += call.usage.thoughtsTokens
      sum.toolTokens += call.usage.toolTokens
    }
  }
}
