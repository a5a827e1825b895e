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

  /// In the order of `Sign`.
  private static let weights: [Double] = [
    2.4, 0.7, 3.1, 0.8, 2.1, 0.8, 0.0, -2.0, -0.9, -1.2, 1.9, 2.9, 2.8,
  ]
  private static let bias = -4.8
}
