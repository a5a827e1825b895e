/// A small chart as SVG: axes, lines, areas, bars and cells over one plotting field.
///
/// Drawn for 440 by 250 units, so that its text is readable on a telephone, where a wider drawing
/// would be scaled down.
struct Chart {
  static let width = 440.0
  static let height = 250.0
  private static let left = 52.0
  private static let right = 10.0
  private static let top = 20.0
  private static let bottom = 34.0

  private let x: Axis
  private let y: Axis
  private let title: String
  private var marks = ""

  /// - Parameter title: read out to who cannot see it.
  init(_ title: String, x: Axis, y: Axis) {
    self.title = title
    self.x = x
    self.y = y
  }

  private func at(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    (
      Self.left + self.x.place(x) * (Self.width - Self.left - Self.right),
      Self.height - Self.bottom - self.y.place(y) * (Self.height - Self.top - Self.bottom)
    )
  }

  /// A line through the points; a style is a class of the page's style sheet.
  mutating func line(_ points: [(Double, Double)], _ style: String) {
    guard points.count > 1 else {
      if let only = points.first { dot(only.0, only.1, style) }
      return
    }
    let path = points.map { point in
      let place = at(point.0, point.1)
      return "\(Fixed(place.x, 1)),\(Fixed(place.y, 1))"
    }.joined(separator: " ")
    marks += "<polyline class=\"line \(style)\" points=\"\(path)\"/>"
  }

  mutating func dot(_ x: Double, _ y: Double, _ style: String) {
    let place = at(x, y)
    marks +=
      "<circle class=\"dot \(style)\" cx=\"\(Fixed(place.x, 1))\" cy=\"\(Fixed(place.y, 1))\" r=\"3\"/>"
  }

  /// A filled rectangle between two corners.
  mutating func cell(
    _ from: (Double, Double), _ to: (Double, Double), _ style: String, opacity: Double = 1,
    tip: String? = nil
  ) {
    let a = at(from.0, from.1)
    let b = at(to.0, to.1)
    // A hair wider than the field, or light shines through between neighbours.
    let wide = max(0.6, abs(b.x - a.x) + 0.3)
    let high = max(0.6, abs(b.y - a.y) + 0.3)
    marks +=
      "<rect class=\"\(style)\" x=\"\(Fixed(min(a.x, b.x), 1))\" y=\"\(Fixed(min(a.y, b.y), 1))\""
    marks += " width=\"\(Fixed(wide, 1))\" height=\"\(Fixed(high, 1))\""
    if opacity < 1 { marks += " fill-opacity=\"\(Fixed(opacity, 2))\"" }
    marks += tip.map { "><title>\(XMLText.escaped($0))</title></rect>" } ?? "/>"
  }

  /// A level that matters, with its name.
  mutating func level(_ value: Double, _ name: String) {
    let from = at(x.low, value)
    let to = at(x.high, value)
    marks += "<line class=\"level\" x1=\"\(Fixed(from.x, 1))\" x2=\"\(Fixed(to.x, 1))\""
    marks += " y1=\"\(Fixed(from.y, 1))\" y2=\"\(Fixed(from.y, 1))\"/>"
    marks += "<text class=\"mark\" x=\"\(Fixed(to.x, 1))\" y=\"\(Fixed(from.y - 3, 1))\""
    marks += " text-anchor=\"end\">\(XMLText.escaped(name))</text>"
  }

  /// The whole drawing; `xName` and `yName` write the ticks.
  func svg(
    xLabel: String, xName: (Double) -> String, yLabel: String, yName: (Double) -> String
  ) -> String {
    var text = "<svg viewBox=\"0 0 \(Int(Self.width)) \(Int(Self.height))\" role=\"img\" "
    text += "aria-label=\"\(XMLText.escaped(title))\">"
    for tick in y.ticks {
      let place = at(x.low, tick)
      text +=
        "<line class=\"grid\" x1=\"\(Fixed(place.x, 1))\" x2=\"\(Fixed(Self.width - Self.right, 1))\""
      text += " y1=\"\(Fixed(place.y, 1))\" y2=\"\(Fixed(place.y, 1))\"/>"
      text += "<text class=\"tick\" x=\"\(Fixed(place.x - 5, 1))\" y=\"\(Fixed(place.y + 4, 1))\""
      text += " text-anchor=\"end\">\(XMLText.escaped(yName(tick)))</text>"
    }
    for tick in x.ticks {
      let place = at(tick, y.low)
      let isLast = place.x > Self.width - Self.right - 12
      text += "<line class=\"grid\" x1=\"\(Fixed(place.x, 1))\" x2=\"\(Fixed(place.x, 1))\""
      text += " y1=\"\(Fixed(Self.top, 1))\" y2=\"\(Fixed(place.y, 1))\"/>"
      text += "<text class=\"tick\" x=\"\(Fixed(place.x, 1))\" y=\"\(Fixed(place.y + 15, 1))\""
      text += " text-anchor=\"\(isLast ? "end" : "middle")\">\(XMLText.escaped(xName(tick)))</text>"
    }
    text += marks
    text += "<text class=\"axis\" x=\"\(Fixed(Self.width - Self.right, 1))\""
    text +=
      " y=\"\(Fixed(Self.height - 3, 1))\" text-anchor=\"end\">\(XMLText.escaped(xLabel))</text>"
    text += "<text class=\"axis\" x=\"\(Fixed(Self.left - 5, 1))\" y=\"11\" text-anchor=\"end\">"
    text += "\(XMLText.escaped(yLabel))</text>"
    return text + "</svg>"
  }
}
