/** What jest asks of an environment, as far as a test calls it. */
declare class SearchingEnvironment {
  handleTestEvent(
    this: { readonly global: { readonly foundInOutput?: readonly string[] } },
    event: { readonly name: string },
  ): Promise<void>;
}
export = SearchingEnvironment;
