/// What a gateway asks of a worker: `POST /api/chat/send`.
///
/// Only `message` must be there; the rest has defaults. `check()` judges the values that JSON types
/// cannot: lengths, NUL, ranges.
package struct ChatSendRequest: Codable, Sendable, Hashable {
  /// Characters of a message.
  package static let messageCharacters = 1...4000
  /// Turns of history; older ones are the gateway's to drop.
  package static let historyMax = 40
  /// Facts remembered about a user.
  package static let memoriesMax = 50
  /// Characters of one turn or memory.
  package static let contextCharactersMax = 16_000
  /// Characters of a user id.
  package static let userIDCharactersMax = 64

  package var message: String
  /// Owner of what is personal; lower case, so that one user is one scope.
  package var userID: String?
  package var history: [ChatTurn]
  package var memories: [String]
  /// True where the user agreed that text goes to an outside model.
  package var consent: Bool
  package var options: ChatOptions

  package init(
    message: String, userID: String?, history: [ChatTurn] = [], memories: [String] = [],
    consent: Bool, options: ChatOptions = ChatOptions()
  ) {
    self.message = message
    self.userID = userID?.lowercased()
    self.history = history
    self.memories = memories
    self.consent = consent
    self.options = options
  }

  private enum CodingKeys: String, CodingKey {
    case message
    case userID = "user_id"
    case history
    case memories
    case consent
    case options
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      message: try values.decode(String.self, forKey: .message),
      userID: try values.decodeIfPresent(String.self, forKey: .userID),
      history: try values.decodeIfPresent([ChatTurn].self, forKey: .history) ?? [],
      memories: try values.decodeIfPresent([String].self, forKey: .memories) ?? [],
      consent: try values.decodeIfPresent(Bool.self, forKey: .consent) ?? false,
      options: try values.decodeIfPresent(ChatOptions.self, forKey: .options) ?? ChatOptions())
  }
}

/// Why a value of a well-typed request is refused.
package struct ChatRequestFault: Error, Sendable, Hashable {
  /// What is wrong with a field; the raw value is the stable code.
  package enum Code: String, Sendable, Hashable {
    case tooShort = "too_short"
    case tooLong = "too_long"
    case tooMany = "too_many"
    case forbiddenCharacter = "forbidden_character"
    case outOfRange = "out_of_range"
  }

  /// Path of the field: `message`, `history[2].content`.
  package let field: String
  package let code: Code

  package init(field: String, code: Code) {
    self.field = field
    self.code = code
  }
}

extension ChatSendRequest {
  /// Every fault of the values; empty where the request may be served.
  package func check() -> [ChatRequestFault] {
    var faults = Self.check(message: message).map { [$0] } ?? []
    if let userID {
      if userID.isEmpty {
        faults.append(ChatRequestFault(field: "user_id", code: .tooShort))
      } else if userID.count > Self.userIDCharactersMax {
        faults.append(ChatRequestFault(field: "user_id", code: .tooLong))
      } else if userID.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7F }) {
        faults.append(ChatRequestFault(field: "user_id", code: .forbiddenCharacter))
      }
    }
    if history.count > Self.historyMax {
      faults.append(ChatRequestFault(field: "history", code: .tooMany))
    }
    for (index, turn) in history.enumerated() {
      Self.check(context: turn.content, field: "history[\(index)].content", into: &faults)
    }
    if memories.count > Self.memoriesMax {
      faults.append(ChatRequestFault(field: "memories", code: .tooMany))
    }
    for (index, memory) in memories.enumerated() {
      Self.check(context: memory, field: "memories[\(index)]", into: &faults)
    }
    if !ChatOptions.sourcesRange.contains(options.maxSources) {
      faults.append(ChatRequestFault(field: "options.max_sources", code: .outOfRange))
    }
    return faults
  }

  /// The fault of a message, for whoever takes one from a person; nil where it may be sent.
  package static func check(message: String) -> ChatRequestFault? {
    if message.unicodeScalars.contains("\0") {
      return ChatRequestFault(field: "message", code: .forbiddenCharacter)
    }
    if message.allSatisfy(\.isWhitespace) {
      return ChatRequestFault(field: "message", code: .tooShort)
    }
    if message.count > messageCharacters.upperBound {
      return ChatRequestFault(field: "message", code: .tooLong)
    }
    return nil
  }

  private static func check(
    context text: String, field: String, into faults: inout [ChatRequestFault]
  ) {
    if text.unicodeScalars.contains("\0") {
      faults.append(ChatRequestFault(field: field, code: .forbiddenCharacter))
    }
    if text.count > contextCharactersMax {
      faults.append(ChatRequestFault(field: field, code: .tooLong))
    }
  }
}
