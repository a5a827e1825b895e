/// A label of a family, with the most values it may take.
///
/// A value beyond the bound is counted as `other`, so a family's series are bounded whatever
/// comes in.
package struct MetricLabel: Sendable, Hashable, ExpressibleByStringLiteral {
  /// The label's name.
  package let name: String
  /// The most distinct values; further ones become `other`.
  package let valuesMax: Int

  /// A label with a bound of its own.
  package init(_ name: String, valuesMax: Int) {
    self.name = name
    self.valuesMax = valuesMax
  }

  /// A label whose values are the cases of an enum: what the enum has not, nobody can add.
  package init<Values: CaseIterable>(_ name: String, of values: Values.Type) {
    self.init(name, valuesMax: values.allCases.count)
  }

  /// A label with room for 64 values.
  package init(stringLiteral name: String) {
    self.init(name, valuesMax: 64)
  }

  /// What stands for the values beyond the bound.
  package static let other = "other"

  /// Longer values are cut: a label is a name, not a text.
  static let valueBytesMax = 128
}
