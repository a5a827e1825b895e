/// The version that `phoenix_build_info` and the logs name.
enum BuildVersion {
  static let text = "0.1.0"
}
