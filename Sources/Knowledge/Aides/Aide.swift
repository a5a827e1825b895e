/// One aid of the catalogue: what it is, who decides, who pays, how to ask for it.
///
/// Texts are French, for families. Facts and amounts are those of the documents.
package struct Aide: Sendable, Hashable {
  /// Whom an aid is for.
  package enum Audience: String, Sendable, Hashable, CaseIterable {
    case child = "enfant"
    case adult = "adulte"
    case carer = "aidant"
    case everyone = "tous"
  }

  /// An amount of money, and from when it holds.
  package struct Amount: Sendable, Hashable {
    /// Whole cents, so that no amount is rounded.
    package let cents: Int
    /// How often it is paid: `mensuel`, `journalier`, `annuel`, `ponctuel`.
    package let period: String
    /// `YYYY-MM-DD`; nil where only the day it was read is known.
    package let validFrom: String?
    package let status: ReferenceAmount.Status

    package init(
      cents: Int, period: String, validFrom: String?, status: ReferenceAmount.Status
    ) {
      self.cents = cents
      self.period = period
      self.validFrom = validFrom
      self.status = status
    }
  }

  /// Where its facts are from.
  package struct Source: Sendable, Hashable {
    package let name: String
    /// Number of a form, a law, a leaf.
    package let reference: String
    /// Only where it is known for certain.
    package let url: String?

    package init(_ name: String, _ reference: String, url: String? = nil) {
      self.name = name
      self.reference = reference
      self.url = url
    }
  }

  /// The stable code: `AEEH`, `PCH-HUMAINE`.
  package var id: String
  package var name: String
  package var acronym: String
  package var audience: Audience
  /// Who decides.
  package var decider: String
  /// Who pays; nil where no money is paid.
  package var payer: String?
  package var summary: String
  /// Nil where it varies.
  package var amount: Amount?
  /// Slug of the document that tells more.
  package var document: String
  package var conditions: [String]
  package var duration: String
  package var procedure: String
  /// Number of the form; nil where there is none.
  package var form: String?
  package var appeal: String
  package var combination: String
  package var sources: [Source]
  /// What families call it, for the search alone.
  package var everydayNames: [String]

  /// Where the family may read more.
  package var url: String { "/guides/" + document }

  package init(
    id: String, name: String, acronym: String, audience: Audience, decider: String, payer: String?,
    summary: String, amount: Amount? = nil, document: String, conditions: [String],
    duration: String, procedure: String, form: String?, appeal: String, combination: String,
    sources: [Source], everydayNames: [String]
  ) {
    self.id = id
    self.name = name
    self.acronym = acronym
    self.audience = audience
    self.decider = decider
    self.payer = payer
    self.summary = summary
    self.amount = amount
    self.document = document
    self.conditions = conditions
    self.duration = duration
    self.procedure = procedure
    self.form = form
    self.appeal = appeal
    self.combination = combination
    self.sources = sources
    self.everydayNames = everydayNames
  }
}
