#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

/// How likely a question is one of ours: a logistic model over what speaks for it and against.
///
/// Coverage alone cannot tell: a mother's story has many words that no document holds, and "quel
/// cadeau offrir à ma mère" has few. So counts of words are weighed together with what
/// `QuestionTopics` has learned. The weights are fitted on the questions of `Tests/Questions`; see
/// decisions 19 and 24.
package struct Familiarity: Sendable, Hashable {
  /// Counts are from 0 to about 1; the last four are of `QuestionTopics`: the logarithms of how
  /// likely none, the best document, and one of the best three is, and how far it is undecided.
  package enum Sign: Int, CaseIterable, Sendable {
    case ownSubjects, sharedSubjects, fieldWords, conditions, offices, kin, foreignSubjects
    case foreignWords, unknownWords, unknownPart, coverage, matchedWeight, matchedTerms
    case noTopic, bestTopic, threeTopics, undecided
  }

  package private(set) var values = [Double](repeating: 0, count: Sign.allCases.count)

  subscript(_ sign: Sign) -> Double {
    get { values[sign.rawValue] }
    set { values[sign.rawValue] = newValue }
  }

  /// From 0 to 1, by weights in the order of `Sign` and what speaks for it without a sign.
  func probability(_ weights: [Double]) -> Double {
    let sum = zip(values, weights).reduce(weights.last ?? 0) { $0 + $1.0 * $1.1 }
    return 1 / (1 + exp(-sum))
  }

  /// Takes what the topics of a question say.
  mutating func take(_ topics: QuestionTopics.Reading) {
    let best = topics.shares.sorted(by: >).prefix(3)
    self[.noTopic] = log(topics.elsewhere + 1e-4)
    self[.bestTopic] = log((best.first ?? 0) + 1e-4)
    self[.threeTopics] = log(best.reduce(0, +) + 1e-4)
    self[.undecided] = -(topics.shares + [topics.elsewhere]).reduce(0) { $0 + $1 * log($1 + 1e-9) }
  }

  /// Whether more than one word speaks for it, or one that is plainly ours.
  var isFounded: Bool {
    self[.matchedTerms] * Self.termsMost >= 2 || self[.ownSubjects] > 0
      || self[.sharedSubjects] > 0 || self[.fieldWords] > 0
  }

  /// Terms that a document shares with a question, from which more say nothing.
  static let termsMost = 6.0
}
