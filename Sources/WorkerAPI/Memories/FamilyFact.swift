/// What is remembered of a family's situation: one of a closed list, never its words.
///
/// A fact is kept as the French sentence `text`, which holds no name, no date and no free text, and
/// `init(text:)` reads it back. Two facts of one `slot` cannot both be true: the later one holds.
///
/// ```swift
/// FamilyFact.childAge(.son, years: 8).text          // "Votre fils a 8 ans."
/// FamilyFact(text: "Votre fils a 8 ans.")?.slot     // "age:fils:8"
/// ```
package enum FamilyFact: Sendable, Hashable {
  /// Who somebody is that asks.
  package enum Role: String, Sendable, Hashable, CaseIterable {
    case parent
    case adult = "adulte"
    case carer = "aidant"
  }

  /// A child of the family, as it is spoken of.
  package enum Child: String, Sendable, Hashable, CaseIterable {
    case son = "fils"
    case daughter = "fille"
    case child = "enfant"
  }

  /// Whose a rate or an aid is.
  package enum Holder: String, Sendable, Hashable, CaseIterable {
    case user = "vous"
    case child = "enfant"
  }

  /// What rights ask of a rate of incapacity.
  package enum Rate: String, Sendable, Hashable, CaseIterable {
    case below50 = "<50"
    case from50To79 = "50-79"
    case from80 = ">=80"
  }

  /// The code of a department: `59`, `2A`, `971`.
  case department(String)
  case role(Role)
  /// Years completed when it was said.
  case childAge(Child, years: Int)
  case rate(Holder, Rate)
  /// A name of `SchoolLevels`.
  case schooling(Child, String)
  /// A code of `KnownAids`.
  case aid(Holder, String)

  /// Ages that are kept.
  package static let years = 0...60

  /// What a later fact of the same kind takes the place of.
  package var slot: String {
    switch self {
    case .department: "departement"
    case .role(let role): "role:\(role.rawValue)"
    // A family may have two sons: another age is another child.
    case .childAge(let child, let years): "age:\(child.rawValue):\(years)"
    case .rate(let holder, _): "taux:\(holder.rawValue)"
    case .schooling(let child, _): "ecole:\(child.rawValue)"
    case .aid(_, let code): "aide:\(code)"
    }
  }

  /// Slots of what was true before: a child that has eight years had seven.
  package var outdates: [String] {
    guard case .childAge(let child, let years) = self else { return [] }
    return [years - 1, years - 2].filter { $0 >= 0 }.map { Self.childAge(child, years: $0).slot }
  }

  /// The sentence that is kept and shown to the family.
  package var text: String {
    switch self {
    case .department(let code):
      return "Vous habitez dans le département \(code) (\(Departments.names[code] ?? code))."
    case .role(.parent): return "Vous êtes parent."
    case .role(.adult): return "Vous êtes une personne en situation de handicap."
    case .role(.carer): return "Vous êtes proche aidant ou aidante."
    case .childAge(let child, let years):
      let age = years == 0 ? "moins d'un an" : years == 1 ? "1 an" : "\(years) ans"
      return "\(child.subject) a \(age)."
    case .rate(let holder, let rate):
      let whose =
        holder == .user
        ? "Votre taux d'incapacité est" : "Le taux d'incapacité de votre enfant est"
      return "\(whose) \(rate.words)."
    case .schooling(let child, let level): return "\(child.subject) est scolarisé : \(level)."
    case .aid(.user, let code): return "Vous bénéficiez déjà de : \(code)."
    case .aid(.child, let code): return "Votre enfant bénéficie déjà de : \(code)."
    }
  }

  /// The fact of a kept sentence; nil where it is none of ours.
  package init?(text: String) {
    guard let fact = Self.byText[text] else { return nil }
    self = fact
  }

  /// Every fact that there is.
  package static let all: [FamilyFact] =
    Departments.codes.map { .department($0) } + Role.allCases.map { .role($0) }
    + Child.allCases.flatMap { child in
      years.map { .childAge(child, years: $0) }
        + SchoolLevels.names.map { .schooling(child, $0) }
    }
    + Holder.allCases.flatMap { holder in
      Rate.allCases.map { .rate(holder, $0) } + KnownAids.codes.map { .aid(holder, $0) }
    }

  private static let byText = Dictionary(
    all.map { ($0.text, $0) }, uniquingKeysWith: { first, _ in first })
}

extension FamilyFact.Child {
  fileprivate var subject: String { "Votre \(rawValue)" }
}

extension FamilyFact.Rate {
  fileprivate var words: String {
    switch self {
    case .below50: "inférieur à 50 %"
    case .from50To79: "compris entre 50 et 79 %"
    case .from80: "d'au moins 80 %"
    }
  }
}
