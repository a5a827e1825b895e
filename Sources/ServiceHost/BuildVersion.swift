/// The version of this build: one for every program, named by `phoenix_build_info`,
/// `phoenix_worker_build_info`, the logs and the OpenAPI document.
package enum BuildVersion {
  package static let text = "0.1.0"
}
