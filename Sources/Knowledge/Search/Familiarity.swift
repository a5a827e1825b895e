#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

/// How likely a question is one of ours: a logistic model over a dozen counts.
///
/// Coverage alone cannot tell: a mother's story has many words that no document holds, and "quel
/// cadeau offrir à ma mère" has few. So what is said for and against is counted and weighed. The
/// weights were fitted on the questions of `Tests/Questions`; see decision 19.
struct Familiarity: Sendable, Hashable {
  /// What is counted, each from 0 to about 1.
  enum Sign: Int, CaseIterable {
    case ownSubjects, sharedSubjects, fieldWords, conditions, offices, kin, foreignSubjects
    case foreignWords, unknownWords, unknownPart, coverage, matchedWeight, matchedTerms
  }

  private(set) var values = [Double](repeating: 0, count: Sign.allCases.count)

  subscript(_ sign: Sign) -> Double {
    get { values[sign.rawValue] }
    set { values[sign.rawValue] = newValue }
  }

  /// From 0 to 1.
  var probability: Double {
    let sum = zip(values, Self.weights).reduce(Self.bias) { $0 + $1.0 * $1.1 }
    return 1 / (1 + exp(-sum))
  }

  /// Whether more than one word speaks for it, or one that is plainly ours.
  var isFounded: Bool {
    self[.matchedTerms] * Self.termsMost >= 2 || self[.ownSubjects] > 0
      || self[.sharedSubjects] > 0 || self[.fieldWords] > 0
  }

  /// Terms that a document shares with a question, from which more say nothing.
  static let termsMost = 6.0

  /// In the order of `Sign`.
  private static let weights: [Double] = [
    2.4, 0.7, 3.0, 0.8, 1.8, 0.8, 0.0, -2.0, -1.1, -1.2, 2.0, 3.0, 3.0,
  ]
  private static let bias = -4.9
}
