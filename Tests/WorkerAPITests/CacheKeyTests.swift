import Testing
import WorkerAPI

@Suite struct CacheKeyTests {
  struct Fields {
    var scope = CacheScope.public
    var prompt = "1"
    var model = "extractive"
    var options = ChatOptions()
    var corpus = CorpusStamp(version: "v1", validityDate: "2026-04-01")
    var context = ChatContext()
    var message = "Quel est le montant de l'AAH ?"

    var key: CacheKey {
      CacheKey(
        scope: scope, prompt: prompt, model: model, options: options, corpus: corpus,
        context: context, message: message)
    }
  }

  @Test func isTheSameForTheSameFields() {
    #expect(Fields().key == Fields().key)
    #expect(Fields().key.description.count == 64)
    #expect(Fields().key.bytes.count == 32)
  }

  @Test func changesWithEveryField() {
    let changes: [(String, (inout Fields) -> Void)] = [
      ("scope", { $0.scope = .user("a") }),
      ("user", { $0.scope = .user("b") }),
      ("a user called public", { $0.scope = .user("public") }),
      ("prompt", { $0.prompt = "2" }),
      ("model", { $0.model = "gemini-2.5-flash" }),
      ("options", { $0.options.maxSources = 4 }),
      ("corpus version", { $0.corpus.version = "v2" }),
      ("validity date", { $0.corpus.validityDate = "2027-04-01" }),
      ("history", { $0.context.history = [ChatTurn(role: .user, content: "a")] }),
      ("role", { $0.context.history = [ChatTurn(role: .assistant, content: "a")] }),
      ("memory", { $0.context.memories = ["a"] }),
      ("two memories", { $0.context.memories = ["a", ""] }),
      ("message", { $0.message = "Quel est le montant de la PCH ?" }),
    ]
    var keys: [CacheKey: String] = [Fields().key: "nothing"]
    for (name, change) in changes {
      var fields = Fields()
      change(&fields)
      let other = keys.updateValue(name, forKey: fields.key)
      #expect(other == nil, "\(name) has the key of \(other ?? "")")
    }
  }

  /// Guards against fields that run into each other.
  @Test func keepsFieldsApart() {
    var one = Fields()
    one.prompt = "1a"
    one.model = "b"
    var other = Fields()
    other.prompt = "1"
    other.model = "ab"
    #expect(one.key != other.key)
  }

  @Test func numbersAndNegationsCount() {
    var one = Fields()
    one.message = "mon taux est de 50 %"
    var other = Fields()
    other.message = "mon taux est de 80 %"
    #expect(one.key != other.key)
    one.message = "je peux travailler"
    other.message = "je ne peux pas travailler"
    #expect(one.key != other.key)
  }

  @Test func caseAndWhiteSpaceDoNotCount() {
    var other = Fields()
    other.message = "  quel est  le montant de l'AAH ? "
    #expect(Fields().key == other.key)
  }

  @Test func bytesAndWordsAndTextAgree() {
    let key = Fields().key
    #expect(key.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } == key.words.0)
    let hex = String(key.words.0, radix: 16)
    #expect(key.description.hasPrefix(String(repeating: "0", count: 16 - hex.count) + hex))
  }

  @Test func personalRequestsOfTwoUsersNeverShareAKey() throws {
    let corpus = CorpusStamp(version: "v1", validityDate: "2026-04-01")
    let keys = ["a", "b"].map {
      ChatSendRequest(message: "mon fils Lucas a 8 ans", userID: $0, consent: false)
        .cacheKey(model: "extractive", corpus: corpus)
    }
    #expect(try #require(keys[0]) != (try #require(keys[1])))
    let shared = ["a", "b"].map {
      ChatSendRequest(message: "Quel est le montant de l'AAH ?", userID: $0, consent: false)
        .cacheKey(model: "extractive", corpus: corpus)
    }
    #expect(try #require(shared[0]) == (try #require(shared[1])))
    let nobodys = ChatSendRequest(message: "mon fils Lucas", userID: nil, consent: false)
    #expect(nobodys.cacheKey(model: "extractive", corpus: corpus) == nil)
  }
}
