/** The newest release that the data of this product covers: what is assumed where nobody names a version. */
export const newestKubernetes = '1.37'
