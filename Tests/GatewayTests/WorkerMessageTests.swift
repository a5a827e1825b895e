import Gateway
import Testing
import WorkerAPI

/// The gateway writes and reads these two by hand; WorkerAPI's own coding decides what is right.
@Suite struct WorkerMessageTests {
  @Test func aRequestReadsAsWorkerAPIReadsIt() throws {
    let request = ChatSendRequest(
      message: "Quel est \"le montant\" ?\n", userID: "A-1",
      history: [ChatTurn(role: .user, content: "é"), ChatTurn(role: .assistant, content: "\\")],
      memories: ["un fils de 8 ans"], consent: true, options: ChatOptions(maxSources: 5))
    #expect(try WorkerJSON.decode(ChatSendRequest.self, from: request.json) == request)
    let plain = ChatSendRequest(message: "x", userID: nil, consent: false)
    #expect(try WorkerJSON.decode(ChatSendRequest.self, from: plain.json) == plain)
  }

  @Test func anAnswerReadsAsWorkerAPIWritesIt() throws {
    let answer = ChatSendAnswer(
      answer: "1 041,59 €\n« AAH »",
      sources: [
        ChatSource(slug: "aah", title: "L'AAH", url: "/guides/aah", score: 0.91, excerpt: "…")
      ],
      cache: .coalesced, model: "gemini-2.5-flash",
      usage: ChatUsage(
        promptTokens: 9, cachedTokens: 4, candidatesTokens: 3, thoughtsTokens: 2, toolTokens: 1),
      tokensSaved: 7,
      calls: [
        ModelCall(
          model: "gemini-2.5-flash", method: "generateContent", outcome: .timeout, seconds: 1.5),
        ModelCall(
          model: "gemini-2.5-flash-001", method: "streamGenerateContent", outcome: .ok,
          seconds: 0.25, usage: ChatUsage(promptTokens: 9, thoughtsTokens: 2), costNanoUSD: 7_700),
      ])
    #expect(ChatSendAnswer(json: try WorkerJSON.encode(answer)) == answer)
  }

  @Test(arguments: [
    "", "{}", "[]", #"{"answer":"a"}"#,
    #"{"answer":1,"sources":[],"cache":"hit","model":"m","usage":{}}"#,
    #"{"answer":"a","sources":[{}],"cache":"hit","model":"m","usage":{}}"#,
    #"{"answer":"a","sources":[],"cache":"warm","model":"m","usage":{}}"#,
    #"{"answer":"a","sources":[],"cache":"hit","model":"m","usage":{"prompt_tokens":-1}}"#,
    #"{"answer":"a","sources":[],"cache":"hit","model":"m","usage":{"prompt_tokens":1.5}}"#,
    #"{"answer":"a","sources":[],"cache":"hit","model":"m","usage":{},"tokens_saved":-1}"#,
  ]) func whatIsNoAnswerIsNone(text: String) {
    #expect(ChatSendAnswer(json: Array(text.utf8)) == nil)
    #expect((try? WorkerJSON.decode(ChatSendAnswer.self, from: text.utf8)) == nil)
  }

  @Test func userHashesAreRememberedAndBounded() {
    let hashes = UserHashes { $0.uppercased() }
    for _ in 0..<2 { #expect(hashes.hash("a") == "A") }
    for number in 0..<20_050 { #expect(hashes.hash("u\(number)") == "U\(number)") }
  }
}
