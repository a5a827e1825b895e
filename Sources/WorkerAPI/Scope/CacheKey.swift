import Cryptography

/// What an answer is kept under: 32 bytes that change with everything the answer depends on.
///
/// SHA-256 over the fields, each with its length before it, so that no two lists of fields read
/// alike. The scope is a required argument of the only initialiser that makes one: a key that
/// forgets whose an answer is cannot be written.
package struct CacheKey: Sendable, Hashable, CustomStringConvertible {
  /// The digest as four big-endian words: cheap to keep, compare and hash.
  package let words: (UInt64, UInt64, UInt64, UInt64)

  /// - Parameters:
  ///   - scope: who may be served the answer.
  ///   - prompt: version of the instructions that the model gets.
  ///   - model: what is asked to answer, or `extractive`.
  ///   - corpus: the knowledge that the answer rests on.
  ///   - context: history and memories that enter the prompt; empty for a public scope.
  ///   - message: as the user wrote it; it is normalised here.
  package init(
    scope: CacheScope, prompt: String, model: String, options: ChatOptions, corpus: CorpusStamp,
    context: ChatContext, message: String
  ) {
    var fields = KeyFields()
    fields.append("phoenix-chat-1")
    switch scope {
    case .public: fields.append("public")
    case .user(let id):
      fields.append("user")
      fields.append(id)
    }
    fields.append(prompt)
    fields.append(model)
    fields.append(String(options.maxSources))
    fields.append(corpus.version)
    fields.append(corpus.validityDate)
    fields.append(String(context.history.count))
    for turn in context.history {
      fields.append(turn.role.rawValue)
      fields.append(turn.content)
    }
    fields.append(String(context.memories.count))
    for memory in context.memories { fields.append(memory) }
    fields.append(KeyText.normalise(message))
    let digest = SHA256.hash(fields.bytes)
    func word(_ index: Int) -> UInt64 {
      digest[(index * 8)..<(index * 8 + 8)].reduce(0) { $0 << 8 | UInt64($1) }
    }
    words = (word(0), word(1), word(2), word(3))
  }

  /// A key that was made before and written down, for public answers over a restart; nil where the
  /// text is not 64 hexadecimal digits.
  package init?(restoring text: String) {
    guard text.utf8.count == 64, text.allSatisfy({ $0.isHexDigit && $0.isASCII }) else {
      return nil
    }
    let digits = Array(text)
    func word(_ index: Int) -> UInt64 {
      UInt64(String(digits[(index * 16)..<(index * 16 + 16)]), radix: 16) ?? 0
    }
    words = (word(0), word(1), word(2), word(3))
  }

  /// The 32 bytes of the digest.
  package var bytes: [UInt8] {
    [words.0, words.1, words.2, words.3].flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * UInt64($0))) }
    }
  }

  /// 64 hexadecimal digits.
  package var description: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  package static func == (one: CacheKey, other: CacheKey) -> Bool { one.words == other.words }

  package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

/// The knowledge that an answer rests on. When an amount changes on a date, the validity date
/// moves, and answers from before it are not found any more.
package struct CorpusStamp: Sendable, Hashable {
  package var version: String
  /// `YYYY-MM-DD`: the day from which the amounts in force hold.
  package var validityDate: String

  package init(version: String, validityDate: String) {
    self.version = version
    self.validityDate = validityDate
  }
}

/// What of a user enters the prompt beside the message.
package struct ChatContext: Sendable, Hashable {
  package var history: [ChatTurn]
  package var memories: [String]

  package init(history: [ChatTurn] = [], memories: [String] = []) {
    self.history = history
    self.memories = memories
  }

  /// True where nothing of the user enters.
  package var isEmpty: Bool { history.isEmpty && memories.isEmpty }
}

/// Version of the instructions; raise it when their wording changes what models answer.
package enum ChatPrompt {
  package static let version = "2"
}

extension ChatSendRequest {
  /// Who may be served the answer; nil where it must not be kept.
  package var cacheScope: CacheScope? {
    CacheScope.decide(
      message: message, userID: userID, hasHistory: !history.isEmpty,
      hasMemories: !memories.isEmpty, hasDocument: false)
  }

  /// The key of the answer of `model`; nil where it must not be kept.
  package func cacheKey(model: String, corpus: CorpusStamp) -> CacheKey? {
    cacheScope.map { cacheKey(scope: $0, model: model, corpus: corpus) }
  }

  /// The key in a scope decided before.
  package func cacheKey(scope: CacheScope, model: String, corpus: CorpusStamp) -> CacheKey {
    CacheKey(
      scope: scope, prompt: ChatPrompt.version, model: model, options: options, corpus: corpus,
      context: ChatContext(history: history, memories: memories), message: message)
  }
}

/// The bytes that are hashed: each field after its length.
private struct KeyFields {
  var bytes: [UInt8] = []

  mutating func append(_ field: String) {
    let length = UInt64(field.utf8.count)
    for shift in stride(from: 56, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: length >> UInt64(shift)))
    }
    bytes.append(contentsOf: field.utf8)
  }
}
