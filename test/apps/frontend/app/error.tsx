"use client";

/** What is shown when the API does not answer. */
export default function ErrorPage() {
  return <main>The search does not work at the moment.</main>;
}
