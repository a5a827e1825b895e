import Testing
import WorkerAPI

@Suite struct ChatMessagesTests {
  private let answer = ChatSendAnswer(
    answer: "1 041,59 €",
    sources: [
      ChatSource(slug: "aah", title: "L'AAH", url: "/guides/aah", score: 0.5, excerpt: "…")
    ],
    cache: .hit, model: "extractive", usage: .zero, tokensSaved: 12)

  @Test func requestNeedsOnlyItsMessage() throws {
    let request: ChatSendRequest = try WorkerJSON.decode(from: #"{"message":"Bonjour"}"#.utf8)
    #expect(request == ChatSendRequest(message: "Bonjour", userID: nil, consent: false))
    #expect(request.options.maxSources == 3)
  }

  @Test func requestTravelsWhole() throws {
    let request = ChatSendRequest(
      message: "Bonjour", userID: "ABC", history: [ChatTurn(role: .assistant, content: "Oui")],
      memories: ["a"], consent: true, options: ChatOptions(maxSources: 2))
    let text = String(decoding: try WorkerJSON.encode(request), as: UTF8.self)
    #expect(text.contains(#""user_id":"abc""#) && text.contains(#""max_sources":2"#))
    #expect(try WorkerJSON.decode(ChatSendRequest.self, from: text.utf8) == request)
  }

  @Test func answerIsInTheContractsWords() throws {
    let text = String(decoding: try WorkerJSON.encode(answer), as: UTF8.self)
    for part in [
      #""cached":true"#, #""cache":"hit""#, #""model":"extractive""#, #""tokens_saved":12"#,
      #""prompt_tokens":0"#, #""total_tokens":0"#, #""url":"/guides/aah""#,
    ] {
      #expect(text.contains(part), "\(part)")
    }
    #expect(try WorkerJSON.decode(ChatSendAnswer.self, from: text.utf8) == answer)
  }

  @Test func theTotalIsTheSumWithoutCountingCachedTwice() throws {
    let usage = ChatUsage(
      promptTokens: 100, cachedTokens: 40, candidatesTokens: 20, thoughtsTokens: 5, toolTokens: 1)
    #expect(usage.totalTokens == 126)
    let text = try WorkerJSON.encode(usage)
    #expect(try WorkerJSON.decode(ChatUsage.self, from: text) == usage)
  }

  @Test func refusesCountsThatAreNone() {
    for text in [#"{"prompt_tokens":-1}"#, #"{"prompt_tokens":9223372036854775807}"#] {
      #expect(throws: DecodingError.self) { try WorkerJSON.decode(ChatUsage.self, from: text.utf8) }
    }
  }

  @Test func everyEventTravelsWhole() throws {
    let events: [ChatEvent] = [
      .start(ChatStart(cache: .coalesced)), .delta("l'été\n😀"), .sources(answer.sources),
      .done(answer), .error(ChatFailure(code: "generation_failed", message: "x")),
    ]
    var parser = ServerSentEventParser()
    let bytes = try events.flatMap { try $0.serverSentEvent().encoded() }
    let read = try parser.feed(bytes).map { try ChatEvent($0) }
    #expect(read == events)
  }

  @Test func skipsUnknownEventsAndRefusesBrokenOnes() throws {
    #expect(try ChatEvent(ServerSentEvent(name: "later", data: "{}")) == nil)
    #expect(throws: ServerSentEventError.malformedEvent(name: "done")) {
      try ChatEvent(ServerSentEvent(name: "done", data: "{"))
    }
  }

  @Test func checksWhatTypesCannot() {
    func faults(_ change: (inout ChatSendRequest) -> Void) -> [ChatRequestFault] {
      var request = ChatSendRequest(message: "Bonjour", userID: "u", consent: false)
      change(&request)
      return request.check()
    }
    func fault(_ field: String, _ code: ChatRequestFault.Code) -> [ChatRequestFault] {
      [ChatRequestFault(field: field, code: code)]
    }
    #expect(faults { _ in }.isEmpty)
    #expect(faults { $0.message = String(repeating: "é", count: 4000) }.isEmpty)
    #expect(
      faults { $0.message = String(repeating: "é", count: 4001) } == fault("message", .tooLong))
    #expect(faults { $0.message = "" } == fault("message", .tooShort))
    #expect(faults { $0.message = " \n" } == fault("message", .tooShort))
    #expect(faults { $0.message = "a\0b" } == fault("message", .forbiddenCharacter))
    #expect(faults { $0.userID = "" } == fault("user_id", .tooShort))
    #expect(faults { $0.userID = "a b" } == fault("user_id", .forbiddenCharacter))
    #expect(
      faults { $0.userID = String(repeating: "a", count: 65) } == fault("user_id", .tooLong))
    #expect(faults { $0.options.maxSources = 0 } == fault("options.max_sources", .outOfRange))
    #expect(faults { $0.options.maxSources = 9 } == fault("options.max_sources", .outOfRange))
    #expect(
      faults { $0.memories = ["ok", "a\0"] } == fault("memories[1]", .forbiddenCharacter))
    #expect(
      faults { $0.memories = Array(repeating: "a", count: 51) } == fault("memories", .tooMany))
    #expect(
      faults { $0.history = Array(repeating: ChatTurn(role: .user, content: "a"), count: 41) }
        == fault("history", .tooMany))
    #expect(
      faults { $0.history = [ChatTurn(role: .user, content: "a\0")] }
        == fault("history[0].content", .forbiddenCharacter))
  }
}
