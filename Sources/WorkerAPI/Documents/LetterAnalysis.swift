/// What a letter says, as far as it could be read: the `analysis` of the contract.
///
/// Codes of aids, actions and types are those of the catalogue; texts are French. Days are
/// `YYYY-MM-DD`. What the letter does not hold is nil or absent, never guessed.
package struct LetterAnalysis: Codable, Sendable, Hashable {
  /// A day that is printed in the letter.
  package struct Day: Codable, Sendable, Hashable {
    package var date: String
    /// `courrier`, `naissance`, `seance`, `depot`, `debut`, `fin`, `echeance`, `paiement`,
    /// `periode`, `autre`.
    package var role: String
    /// What the letter says around it.
    package var label: String

    package init(date: String, role: String, label: String) {
      self.date = date
      self.role = role
      self.label = label
    }
  }

  /// A sum that is printed in the letter.
  package struct Amount: Codable, Sendable, Hashable {
    /// In units of the currency, never negative.
    package var value: Double
    /// ISO 4217.
    package var currency: String
    package var label: String

    package init(value: Double, currency: String, label: String) {
      self.value = value
      self.currency = currency
      self.label = label
    }
  }

  /// A number by which an organisation knows a file, a decision or a person.
  package struct Reference: Codable, Sendable, Hashable {
    package var value: String
    package var label: String

    package init(value: String, label: String) {
      self.value = value
      self.label = label
    }
  }

  /// What was decided about one aid.
  package struct Decision: Codable, Sendable, Hashable {
    /// Which way a decision went.
    package enum Direction: String, Codable, Sendable, Hashable {
      case accord
      case accordPartiel = "accord_partiel"
      case rejet
      case sursis
      case information
    }

    /// Code of the catalogue.
    package var aide: String
    package var sens: Direction
    package var debut: String?
    package var fin: String?
    /// `<50`, `50-79`, `>=80`, `<80`.
    package var taux: String?
    package var detail: String?

    package init(
      aide: String, sens: Direction, debut: String? = nil, fin: String? = nil, taux: String? = nil,
      detail: String? = nil
    ) {
      self.aide = aide
      self.sens = sens
      self.debut = debut
      self.fin = fin
      self.taux = taux
      self.detail = detail
    }

    package func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(aide, forKey: .aide)
      try values.encode(sens, forKey: .sens)
      try values.encode(debut, forKey: .debut)
      try values.encode(fin, forKey: .fin)
      try values.encode(taux, forKey: .taux)
      try values.encode(detail, forKey: .detail)
    }
  }

  /// Something useful that the family can do.
  package struct Suggestion: Codable, Sendable, Hashable {
    package var code: String
    package var text: String
    /// The last day, where there is one.
    package var dueDate: String?

    package init(code: String, text: String, dueDate: String? = nil) {
      self.code = code
      self.text = text
      self.dueDate = dueDate
    }

    private enum CodingKeys: String, CodingKey {
      case code
      case text
      case dueDate = "due_date"
    }

    package func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(code, forKey: .code)
      try values.encode(text, forKey: .text)
      try values.encode(dueDate, forKey: .dueDate)
    }
  }

  /// `notification-cdaph`, `caf-paiement`, … or `autre`.
  package var type: String
  package var summary: String
  package var dates: [Day]
  package var montants: [Amount]
  package var references: [Reference]
  package var decisions: [Decision]
  package var suggestions: [Suggestion]
  /// What the family should know about the reading itself.
  package var warnings: [String]

  package init(
    type: String, summary: String, dates: [Day] = [], montants: [Amount] = [],
    references: [Reference] = [], decisions: [Decision] = [], suggestions: [Suggestion] = [],
    warnings: [String] = []
  ) {
    self.type = type
    self.summary = summary
    self.dates = dates
    self.montants = montants
    self.references = references
    self.decisions = decisions
    self.suggestions = suggestions
    self.warnings = warnings
  }
}

/// A worker's answer to `POST /api/chat/analyze`.
///
/// The request is JSON: `filename`, `content_type` and `content_base64` as texts, and `consent`.
/// Gateway and worker write and read it piece by piece, so it has no type of its own.
package struct AnalyzeAnswer: Codable, Sendable, Hashable {
  package var analysis: LetterAnalysis
  /// What read the letter: a `modelVersion`, or `rules`.
  package var model: String
  package var usage: ChatUsage
  /// Every call that was made to a model for it, for the gateway's counters.
  package var calls: [ModelCall]

  package init(
    analysis: LetterAnalysis, model: String, usage: ChatUsage, calls: [ModelCall] = []
  ) {
    self.analysis = analysis
    self.model = model
    self.usage = usage
    self.calls = calls
  }
}
